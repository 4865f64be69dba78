import { type ReactNode, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { languageNames, languages, setLanguage } from '@/shared/i18n'
import { FormSkeleton } from '@/shared/ui/skeletons'
import { Wordmark } from '@/shared/ui/Wordmark'
import { RoadScene } from './RoadScene'
import c from './VisitorFrame.module.css'

/** Around the pages for people who are not signed in: the road on one side, one task on the other. */
export function VisitorFrame({ children }: { children: ReactNode }) {
  const { i18n, t } = useTranslation()
  return (
    <div className={c.frame}>
      <div className={c.scene}>
        <RoadScene />
      </div>
      <div className={c.side}>
        <main className={c.main}>
          <div className={c.brand}>
            <Wordmark size="lg" />
          </div>
          <Suspense fallback={<FormSkeleton />}>{children}</Suspense>
        </main>
        <nav className={c.languages} aria-label={t('language.label')}>
          {languages.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              className={c.language}
              aria-pressed={language === i18n.language}
              onClick={() => void setLanguage(language)}
            >
              {languageNames[language]}
            </button>
          ))}
        </nav>
      </div>
    </div>
  )
}
