import { IconUpload } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import c from './DropTarget.module.css'
import { addFiles } from './files'

interface DropTargetProps {
  conversationId: string
  isOff: boolean
  children: ReactNode
}

/** Files dropped anywhere on the thread go into its composer. */
export function DropTarget({ conversationId, isOff, children }: DropTargetProps) {
  const { t } = useTranslation('inbox')
  const [isOver, setOver] = useState(false)
  // Entering a child leaves its parent: only the sum says whether the files are still above.
  const depth = useRef(0)
  const hasFiles = (event: React.DragEvent) => !isOff && event.dataTransfer.types.includes('Files')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the paper clip does the same for the keyboard
    <div
      className={c.target}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return
        depth.current += 1
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!hasFiles(event)) return
        depth.current -= 1
        if (depth.current <= 0) setOver(false)
      }}
      onDragOver={(event) => {
        if (hasFiles(event)) event.preventDefault()
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth.current = 0
        setOver(false)
        addFiles(
          conversationId,
          Array.from(event.dataTransfer.files, (file) => ({ file })),
        )
      }}
    >
      {children}
      {isOver && (
        <div className={c.veil} aria-hidden="true">
          <IconUpload size={28} stroke={1.5} />
          {t('composer.drop')}
        </div>
      )}
    </div>
  )
}
