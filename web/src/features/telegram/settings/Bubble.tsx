import { Fragment, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MarkupNode } from '../markup'
import c from './texts.module.css'

/** Telegram's tags as elements of our own making: nothing of the text reaches the page as HTML. */
function element(node: MarkupNode): ReactNode {
  if (typeof node === 'string') return node
  const children = node.children.map((child, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the tree is rebuilt from the text as a whole
    <Fragment key={index}>{element(child)}</Fragment>
  ))
  switch (node.tag) {
    case 'b':
    case 'strong':
      return <b>{children}</b>
    case 'i':
    case 'em':
      return <i>{children}</i>
    case 'u':
    case 'ins':
      return <u>{children}</u>
    case 's':
    case 'strike':
    case 'del':
      return <s>{children}</s>
    case 'code':
      return <code>{children}</code>
    case 'pre':
      return <pre className={c.pre}>{children}</pre>
    case 'blockquote':
      return <blockquote className={c.quote}>{children}</blockquote>
    case 'tg-spoiler':
    case 'span':
      return <span className={c.spoiler}>{children}</span>
    case 'a':
      return node.href ? (
        <a href={node.href} target="_blank" rel="noreferrer nofollow">
          {children}
        </a>
      ) : (
        <span>{children}</span>
      )
    default:
      return <span>{children}</span>
  }
}

/** The message as it will stand in the customer's Telegram. */
export function Bubble({ bot, nodes }: { bot: string; nodes: readonly MarkupNode[] }) {
  const { t } = useTranslation('telegram')
  return (
    <figure className={c.phone}>
      <figcaption className={c.caption}>{t('texts.preview')}</figcaption>
      <div className={c.chat}>
        <div className={c.bot}>{bot}</div>
        {nodes.length > 0 ? (
          <div className={c.bubble}>
            {nodes.map((node, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the tree is rebuilt from the text as a whole
              <Fragment key={index}>{element(node)}</Fragment>
            ))}
          </div>
        ) : (
          <p className={c.note}>{t('texts.nothing')}</p>
        )}
      </div>
    </figure>
  )
}
