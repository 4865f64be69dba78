import { useQueryClient } from '@tanstack/react-query'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/problem'
import { reportFailure } from '../api/report'
import { ErrorState } from './ErrorState'

interface BoundaryProps {
  /** Names the part in the report: `inbox.details`. */
  name: string
  children: ReactNode
  /** A change of this value (a chat, a path) tries again. */
  resetKey?: string | number
}

interface BoundaryState {
  failure: { error: unknown; key: string | number | undefined } | undefined
  requestId: string
}

/** Keeps a failure inside one page or one panel, tells the server, and offers to draw the part again. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failure: undefined, requestId: '' }

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { failure: { error, key: undefined } }
  }

  override componentDidCatch(error: unknown): void {
    this.setState({ failure: { error, key: this.props.resetKey } })
    // The server has already written down what it refused itself.
    if (error instanceof ApiError && error.requestId) return
    void reportFailure(error, this.props.name).then((requestId) => this.setState({ requestId }))
  }

  override componentDidUpdate(): void {
    const { failure } = this.state
    if (failure && failure.key !== undefined && failure.key !== this.props.resetKey) this.reset()
  }

  private readonly reset = () => this.setState({ failure: undefined, requestId: '' })

  override render(): ReactNode {
    const { failure, requestId } = this.state
    if (!failure) return this.props.children
    return <FailedPart error={failure.error} requestId={requestId} onReload={this.reset} />
  }
}

interface FailedPartProps {
  error: unknown
  requestId: string
  onReload: () => void
}

/** The words for a failed part: the server's when it refused, else that the rest is alive. */
export function FailedPart({ error, requestId, onReload }: FailedPartProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const reload = () => {
    // What was read may be what broke the part: it is read anew. Nothing else shows the inactive ones.
    client.removeQueries({ type: 'inactive' })
    void client.invalidateQueries()
    onReload()
  }
  return (
    <ErrorState
      error={error}
      requestId={requestId}
      onReload={reload}
      {...(error instanceof ApiError ? {} : { sentence: t('error.page') })}
    />
  )
}
