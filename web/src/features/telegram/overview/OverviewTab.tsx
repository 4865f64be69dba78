import type { Bot } from '../types'
import { DiagnosisPanel } from './DiagnosisPanel'
import { FailedPanel } from './FailedPanel'
import { TestPanel } from './TestPanel'

export function OverviewTab({ bot }: { bot: Bot }) {
  return (
    <>
      <DiagnosisPanel bot={bot} />
      <TestPanel bot={bot} />
      <FailedPanel bot={bot} />
    </>
  )
}
