import { ActionIcon, Textarea, Tooltip } from '@mantine/core'
import { IconArrowUp, IconCheck, IconMicrophone, IconPaperclip } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '@/shared/auth/session'
import { keys } from '../api'
import { beginEdit, compose, endEdit, selectComposing, setText, useComposing } from '../composing'
import { offerFocus, takeWishToWrite } from '../focus'
import { useInbox } from '../inboxContext'
import { lastEditable, type ThreadData, threadMessages } from '../model'
import { plainText } from '../thread/richText'
import { asReply } from '../thread/ThreadProvider'
import { useThread } from '../thread/threadContext'
import type { Message } from '../types'
import { type CannedHandle, CannedMenu } from './CannedMenu'
import c from './Composer.module.css'
import { ComposerNotice } from './ComposerNotice'
import { counterFrom, limitOf } from './compose'
import { EmojiButton } from './EmojiButton'
import { FileTray } from './FileTray'
import { addFiles } from './files'
import { ReplyBar } from './ReplyBar'
import { useDraft } from './useDraft'
import { useSend } from './useSend'
import { VoiceRecorder } from './VoiceRecorder'

/** Where the answer is written. Nothing typed here is ever lost: see useDraft and the outbox. */
export function Composer() {
  const { conversation } = useThread()
  const canAnswer = useCan('ANSWER_CHATS')
  if (conversation.blocked) return <ComposerNotice reason="blocked" />
  if (!canAnswer) return <ComposerNotice reason="forbidden" />
  return <OpenComposer />
}

function OpenComposer() {
  const { t } = useTranslation('inbox')
  const { conversation, me } = useThread()
  const { isPhone, isTimeline } = useInbox()
  const { id } = conversation
  const client = useQueryClient()
  const now = useComposing(selectComposing(id))
  const { send, saveEdit, sendFiles } = useSend(conversation)
  const input = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const canned = useRef<CannedHandle>(null)
  const [isRecording, setRecording] = useState(false)

  const messages = useCallback(
    (): Message[] => threadMessages(client.getQueryData<ThreadData>(keys.thread(id))),
    [client, id],
  )
  const quoteOf = useCallback(
    (wanted: string) => messages().find((message) => message.id === wanted),
    [messages],
  )
  const ours = t('thread.ours')
  const replyFrom = useCallback(
    (message: Message) => asReply(message, conversation, ours),
    [conversation, ours],
  )
  useDraft(id, quoteOf, replyFrom)

  const focus = useCallback(() => {
    const field = input.current
    if (!field) return
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
  }, [])
  useEffect(() => offerFocus('composer', focus), [focus])
  useEffect(() => {
    if (takeWishToWrite() && !isPhone) focus()
  }, [isPhone, focus])

  const limit = limitOf(now.files.length > 0)
  const isHtml = now.editing?.isHtml ?? false
  const left = limit - (isHtml ? plainText(now.text) : now.text).trim().length
  const isUploading = now.files.some((file) => file.state === 'uploading')
  const hasFailed = now.files.some((file) => file.state === 'failed')
  const isEmpty = now.text.trim() === '' && now.files.length === 0
  const refusal =
    left < 0
      ? t(now.files.length > 0 ? 'composer.captionTooLong' : 'composer.tooLong', { count: -left, limit })
      : isUploading
        ? t('composer.uploading')
        : hasFailed
          ? t('composer.fileFailed')
          : ''
  const canSend = !isEmpty && refusal === ''

  const submit = () => {
    if (!canSend) return
    if (now.editing) void saveEdit()
    else send()
    focus()
  }
  const insert = (words: string) => {
    const field = input.current
    const from = field?.selectionStart ?? now.text.length
    const to = field?.selectionEnd ?? from
    setText(id, now.text.slice(0, from) + words + now.text.slice(to))
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(from + words.length, from + words.length)
    })
  }
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || canned.current?.onKey(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !isPhone) {
      event.preventDefault()
      submit()
    } else if (event.key === 'ArrowUp' && isEmpty && !now.editing) {
      const last = lastEditable(messages(), me, id)
      if (!last) return
      event.preventDefault()
      beginEdit(id, last.id, last.text)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      if (now.editing) endEdit(id)
      else if (now.replyTo) compose(id, { replyTo: undefined, isDirty: true })
      else event.currentTarget.blur()
    }
  }

  if (isRecording) {
    return (
      <div className={c.composer}>
        <VoiceRecorder
          conversationId={id}
          onEnd={() => setRecording(false)}
          onSend={(file) => sendFiles('', [file], undefined)}
        />
      </div>
    )
  }
  return (
    <div className={c.composer}>
      {isTimeline && (
        <p className={c.through}>
          {t('composer.through', { name: conversation.bot.name || conversation.bot.username })}
        </p>
      )}
      <ReplyBar conversationId={id} />
      <FileTray conversationId={id} />
      <CannedMenu handle={canned} conversation={conversation} onPick={(text) => setText(id, text)} />
      <div className={c.box}>
        {!now.editing && (
          <Tooltip label={t('composer.attach')}>
            <ActionIcon size={36} aria-label={t('composer.attach')} onClick={() => picker.current?.click()}>
              <IconPaperclip size={20} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        )}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            addFiles(
              id,
              Array.from(event.currentTarget.files ?? [], (file) => ({ file })),
            )
            event.currentTarget.value = ''
          }}
        />
        <Textarea
          ref={input}
          className={c.field ?? ''}
          variant="unstyled"
          autosize
          minRows={1}
          maxRows={9}
          value={now.text}
          placeholder={t(
            now.files.length > 0 ? 'composer.caption' : isPhone ? 'composer.short' : 'composer.placeholder',
            {
              name: conversation.bot.name || conversation.bot.username,
            },
          )}
          aria-label={t('composer.label')}
          {...(left < 0 ? { 'aria-invalid': true } : {})}
          aria-describedby="composer-hint"
          onChange={(event) => setText(id, event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const files = Array.from(event.clipboardData.files, (file) => ({ file }))
            if (files.length === 0 || now.editing) return
            event.preventDefault()
            addFiles(id, files)
          }}
        />
        <EmojiButton onPick={insert} />
        {isEmpty && !now.editing ? (
          <Tooltip label={t('voice.record')}>
            <ActionIcon size={36} aria-label={t('voice.record')} onClick={() => setRecording(true)}>
              <IconMicrophone size={20} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        ) : (
          <ActionIcon
            size={36}
            variant="filled"
            color="petrol"
            radius="xl"
            disabled={!canSend}
            aria-label={t(now.editing ? 'composer.saveEdit' : 'composer.send')}
            onClick={submit}
          >
            {now.editing ? <IconCheck size={20} stroke={1.75} /> : <IconArrowUp size={20} stroke={1.75} />}
          </ActionIcon>
        )}
      </div>
      <div id="composer-hint" className={c.hint} aria-live="polite">
        {refusal ? (
          <span className={left < 0 || hasFailed ? c.refusal : ''}>{refusal}</span>
        ) : left <= counterFrom ? (
          <span className={c.counter}>{t('composer.left', { count: left })}</span>
        ) : (
          (isHtml || !isPhone) && (
            <span className={c.keys}>
              {isHtml && `${t('composer.editsHtml')} `}
              {!isPhone && t(now.editing ? 'composer.keysEdit' : 'composer.keys')}
            </span>
          )
        )}
      </div>
    </div>
  )
}
