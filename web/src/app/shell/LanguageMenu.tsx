import { Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { languageNames, languages } from '@/shared/i18n'
import c from './LanguageMenu.module.css'
import { useChangeLanguage } from './useChangeLanguage'

export function LanguageMenu() {
  const { t, i18n } = useTranslation()
  const change = useChangeLanguage()
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Tooltip label={t('language.label')}>
          <UnstyledButton
            className={c.button ?? ''}
            aria-label={`${t('language.label')}: ${i18n.language.toUpperCase()}`}
          >
            {i18n.language.toUpperCase()}
          </UnstyledButton>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            rightSection={language === i18n.language ? <IconCheck size={16} stroke={1.5} /> : null}
            onClick={() => change(language)}
          >
            {languageNames[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
