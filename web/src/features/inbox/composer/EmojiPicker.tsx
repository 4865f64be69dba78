import { EmojiPicker as Picker } from 'frimousse'
import { useTranslation } from 'react-i18next'
import c from './EmojiPicker.module.css'
import { emojiData } from './emojiData'

/** All emoji with names in the language of the page; the data is our own file, asked for when first opened. */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t, i18n } = useTranslation('inbox')
  return (
    <Picker.Root
      className={c.picker ?? ''}
      locale={i18n.language}
      resolveEmojiData={emojiData}
      columns={9}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
    >
      <Picker.Search
        className={c.search ?? ''}
        placeholder={t('emoji.search')}
        aria-label={t('emoji.search')}
        data-autofocus
      />
      <Picker.Viewport className={c.viewport ?? ''}>
        <Picker.Loading className={c.note ?? ''}>{t('emoji.loading')}</Picker.Loading>
        <Picker.Empty className={c.note ?? ''}>{({ search }) => t('emoji.nothing', { search })}</Picker.Empty>
        <Picker.List
          className={c.list ?? ''}
          components={{
            CategoryHeader: ({ category, ...props }) => (
              <div {...props} className={c.category}>
                {category.label}
              </div>
            ),
            Row: ({ children, ...props }) => (
              <div {...props} className={c.row}>
                {children}
              </div>
            ),
            Emoji: ({ emoji, ...props }) => (
              <button type="button" {...props} className={c.emoji} data-active={emoji.isActive || undefined}>
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </Picker.Viewport>
    </Picker.Root>
  )
}
