import { ActionIcon, Modal } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconDownload, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attachment } from '../types'
import c from './MediaViewer.module.css'
import { closeViewer, turn, useViewer } from './viewer'

/** Pictures and videos over the whole window. Arrows turn, a click enlarges, Esc closes. */
export function MediaViewer() {
  const { t } = useTranslation('inbox')
  const { files, index } = useViewer()
  const file = files[index]
  useEffect(() => closeViewer, [])
  return (
    <Modal.Root
      opened={file !== undefined}
      onClose={closeViewer}
      fullScreen
      padding={0}
      transitionProps={{ duration: 120, transition: 'fade' }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') turn(-1)
        if (event.key === 'ArrowRight') turn(1)
      }}
    >
      <Modal.Content aria-label={t('viewer.label')}>
        <Modal.Body className={c.body ?? ''}>
          {file && (
            <>
              <div className={c.bar}>
                <span className={c.name}>{file.name}</span>
                {files.length > 1 && (
                  <span className={c.place}>
                    {t('viewer.place', { index: index + 1, count: files.length })}
                  </span>
                )}
                <ActionIcon
                  component="a"
                  href={file.url ?? ''}
                  download={file.name || true}
                  className={c.button ?? ''}
                  size={40}
                  aria-label={t('viewer.download')}
                >
                  <IconDownload size={20} stroke={1.5} />
                </ActionIcon>
                <ActionIcon
                  className={c.button ?? ''}
                  size={40}
                  aria-label={t('viewer.close')}
                  onClick={closeViewer}
                  data-autofocus
                >
                  <IconX size={20} stroke={1.5} />
                </ActionIcon>
              </div>
              <Stage key={file.id} file={file} />
              {index > 0 && (
                <ActionIcon
                  className={`${c.button} ${c.left}`}
                  size={48}
                  aria-label={t('viewer.previous')}
                  onClick={() => turn(-1)}
                >
                  <IconChevronLeft size={26} stroke={1.5} />
                </ActionIcon>
              )}
              {index < files.length - 1 && (
                <ActionIcon
                  className={`${c.button} ${c.right}`}
                  size={48}
                  aria-label={t('viewer.next')}
                  onClick={() => turn(1)}
                >
                  <IconChevronRight size={26} stroke={1.5} />
                </ActionIcon>
              )}
            </>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function Stage({ file }: { file: Attachment }) {
  const { t } = useTranslation('inbox')
  const [isLarge, setLarge] = useState(false)
  const url = file.url ?? ''
  if (file.kind === 'video' || file.mime.startsWith('video/')) {
    return (
      <div className={c.stage}>
        {/* biome-ignore lint/a11y/useMediaCaption: what customers send has no captions */}
        <video className={c.media} src={url} controls autoPlay playsInline loop={file.kind === 'animation'} />
      </div>
    )
  }
  return (
    <div className={c.stage} data-large={isLarge || undefined}>
      <button
        type="button"
        className={c.zoom}
        aria-pressed={isLarge}
        aria-label={t('viewer.zoom')}
        onClick={() => setLarge((now) => !now)}
      >
        <img className={c.media} src={url} alt={file.name} />
      </button>
    </div>
  )
}
