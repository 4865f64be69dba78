import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import c from './RichText.module.css'
import { parseRich, type RichNode } from './richText'

/** Telegram HTML as React nodes: only known tags, no markup of the sender ever reaches the page. */
export function RichText({ html }: { html: string }) {
  return <span className={c.text}>{draw(parseRich(html))}</span>
}

function draw(nodes: readonly RichNode[]): React.ReactNode {
  return nodes.map((node, index) => {
    if (typeof node === 'string') return node
    const children = draw(node.children)
    // The position is the identity: a text is drawn anew as a whole.
    const key = index
    switch (node.tag) {
      case 'b':
        return <strong key={key}>{children}</strong>
      case 'i':
        return <em key={key}>{children}</em>
      case 'u':
        return <u key={key}>{children}</u>
      case 's':
        return <s key={key}>{children}</s>
      case 'code':
        return (
          <code key={key} className={c.code}>
            {children}
          </code>
        )
      case 'pre':
        return (
          <pre key={key} className={c.pre}>
            {children}
          </pre>
        )
      case 'blockquote':
        return (
          <blockquote key={key} className={c.quote}>
            {children}
          </blockquote>
        )
      case 'spoiler':
        return <Spoiler key={key}>{children}</Spoiler>
      case 'a':
        return (
          <a key={key} className={c.link} href={node.href} target="_blank" rel="noopener noreferrer nofollow">
            {children}
          </a>
        )
    }
    return null
  })
}

function Spoiler({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation('inbox')
  const [isShown, setShown] = useState(false)
  if (isShown) return <span>{children}</span>
  return (
    <button
      type="button"
      className={c.spoiler}
      aria-label={t('thread.spoiler')}
      title={t('thread.spoiler')}
      onClick={() => setShown(true)}
    >
      <span aria-hidden="true">{children}</span>
    </button>
  )
}
