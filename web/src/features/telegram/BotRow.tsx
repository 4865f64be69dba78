import { Badge } from '@mantine/core'
import { IconRobot } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '@/shared/time/TimeAgo'
import { Plate } from '@/shared/ui/Plate'
import c from './BotsPage.module.css'
import type { Bot } from './types'

export function BotRow({ bot }: { bot: Bot }) {
  const { t } = useTranslation('telegram')
  return (
    <li className={c.row}>
      <span className={c.icon} data-off={!bot.is_enabled || undefined} aria-hidden="true">
        <IconRobot size={22} stroke={1.5} />
      </span>
      <div className={c.words}>
        <Link to="/telegram" search={{ bot: bot.id }} className={c.name ?? ''}>
          {bot.name}
        </Link>
        <div className={c.meta}>
          <span className={c.plate}>
            <Plate code={`@${bot.username}`} copies={bot.link} />
          </span>
          <span>{t(`mode.${bot.mode}`)}</span>
          <span>
            {bot.last_update_at ? (
              <>
                {t('bot.lastUpdate')} <TimeAgo at={bot.last_update_at} />
              </>
            ) : (
              t('bot.noUpdate')
            )}
          </span>
        </div>
      </div>
      {bot.last_error ? (
        <Badge color="red">{t('bot.trouble')}</Badge>
      ) : (
        <Badge color={bot.is_enabled ? 'green' : 'gray'}>{bot.is_enabled ? t('bot.on') : t('bot.off')}</Badge>
      )}
      {bot.last_error && <p className={c.error}>{bot.last_error}</p>}
    </li>
  )
}
