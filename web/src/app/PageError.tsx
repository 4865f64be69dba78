import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { ApiError } from '@/shared/api/problem'
import { reportFailure } from '@/shared/api/report'
import { FailedPart } from '@/shared/ui/Boundary'

/** In place of a page that failed; the navigation around it is untouched. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const [requestId, setRequestId] = useState('')
  useEffect(() => {
    if (error instanceof ApiError) return
    void reportFailure(error, `page ${window.location.pathname.split('/')[1] ?? ''}`).then(setRequestId)
  }, [error])
  return (
    <FailedPart
      error={error}
      requestId={requestId}
      onReload={() => {
        reset()
        void router.invalidate()
      }}
    />
  )
}
