import {
  type Icon,
  IconBrandTelegram,
  IconBuilding,
  IconInbox,
  IconShieldCheck,
  IconUserCircle,
} from '@tabler/icons-react'

/** One module of the product: its place in the navigation, the palette and the bottom bar of a phone. */
export interface Module {
  id: string
  to: '/inbox' | '/telegram' | '/companies' | '/profile' | '/roles'
  label: 'nav.inbox' | 'nav.telegramHub' | 'nav.companies' | 'nav.profile' | 'nav.roles'
  icon: Icon
  group: 'work' | 'settings'
  /** Stands in the bottom bar of a phone; the others are behind More. */
  isPhone?: boolean
}

/** Every module shows for every member: rights are enforced per action, not by hiding pages. */
export const modules: readonly Module[] = [
  { id: 'inbox', to: '/inbox', label: 'nav.inbox', icon: IconInbox, group: 'work', isPhone: true },
  {
    id: 'telegram',
    to: '/telegram',
    label: 'nav.telegramHub',
    icon: IconBrandTelegram,
    group: 'work',
    isPhone: true,
  },
  {
    id: 'companies',
    to: '/companies',
    label: 'nav.companies',
    icon: IconBuilding,
    group: 'work',
    isPhone: true,
  },
  { id: 'profile', to: '/profile', label: 'nav.profile', icon: IconUserCircle, group: 'settings' },
  { id: 'roles', to: '/roles', label: 'nav.roles', icon: IconShieldCheck, group: 'settings' },
]
