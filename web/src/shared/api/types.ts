import type { paths } from './schema.gen'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

type JsonOf<R> = R extends { content: { 'application/json': infer B } } ? B : never

type Good<R> = R extends { 200: infer A } ? JsonOf<A> : R extends { 201: infer A } ? JsonOf<A> : never

/** The JSON that an operation answers with: `Answer<'/api/session', 'get'>`. */
export type Answer<P extends keyof paths, M extends Method> =
  paths[P] extends Record<M, infer Op> ? (Op extends { responses: infer R } ? Good<R> : never) : never

/** The JSON that an operation takes. */
export type Body<P extends keyof paths, M extends Method> =
  paths[P] extends Record<M, infer Op>
    ? Op extends { requestBody: { content: { 'application/json': infer B } } }
      ? B
      : never
    : never

/** One row of a list answer. */
export type ItemOf<A> = A extends { items: readonly (infer T)[] | null } ? T : never

export type Session = Answer<'/api/session', 'get'>
export type Workspace = NonNullable<Session['workspace']>
export type BrowserSession = ItemOf<Answer<'/api/sessions', 'get'>>
export type Notification = ItemOf<Answer<'/api/notifications', 'get'>>
