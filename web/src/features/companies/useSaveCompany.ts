import { useQueryClient } from '@tanstack/react-query'
import { sessionQuery, useSession } from '@/shared/auth/session'
import type { Draft } from '@/shared/lib/useDraft'
import { useSaveDraft } from '@/shared/lib/useSaveDraft'
import { type CompanyPatch, changeCompany, companyQuery, keys } from './api'
import type { Company } from './types'

/** Saves the fields of one section; `toPatch` gives them the shape of the API. */
export function useSaveCompany<T extends object>(
  id: string,
  draft: Draft<T>,
  pick: (company: Company) => T,
  toPatch: (patch: Partial<T>) => CompanyPatch,
) {
  const queryClient = useQueryClient()
  const { workspace } = useSession()
  return useSaveDraft<T, Company>({
    draft,
    pick,
    namespace: 'companies',
    send: (version, patch) => changeCompany(id, version, toPatch(patch)),
    read: () => queryClient.fetchQuery({ ...companyQuery(id), staleTime: 0 }),
    keep: (company) => {
      queryClient.setQueryData(companyQuery(id).queryKey, company)
      void queryClient.invalidateQueries({ queryKey: keys.list })
      // The name, the colour and the zone of the current company are in the shell too.
      if (workspace?.id === id) void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
}
