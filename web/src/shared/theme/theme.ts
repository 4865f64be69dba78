import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'
import { avatarDark, avatarLight, dark as darkTokens, light as lightTokens, variables } from './tokens'

const petrol: MantineColorsTuple = [
  '#E9F5F4',
  '#D0EAE8',
  '#A3D6D2',
  '#6FC3BD',
  '#35B5AE',
  '#17918D',
  '#0B6E6E',
  '#095C5D',
  '#084B4D',
  '#063A3C',
]
const amber: MantineColorsTuple = [
  '#FFF7E6',
  '#FCEFD3',
  '#FADFA8',
  '#F8CD77',
  '#F6BB4C',
  '#F5A524',
  '#D98A0B',
  '#AE6C04',
  '#7A4B00',
  '#4A2D00',
]
const red: MantineColorsTuple = [
  '#FDF0EF',
  '#FBE4E2',
  '#F5C2BE',
  '#EE9A95',
  '#E8625F',
  '#DE5250',
  '#D64545',
  '#B93333',
  '#A82626',
  '#6E1717',
]
const green: MantineColorsTuple = [
  '#EEF8F1',
  '#DDF1E4',
  '#B6E1C6',
  '#88CEA2',
  '#45B874',
  '#36A865',
  '#2E9E5B',
  '#23824A',
  '#1A6B3B',
  '#0F4324',
]
// Warm asphalt in Mantine's order: 0 is the lightest ink, 7 the page, 9 the darkest.
const asphalt: MantineColorsTuple = [
  '#E9ECEA',
  '#CBD0CE',
  '#9BA4A3',
  '#6C7676',
  '#465055',
  '#2A3033',
  '#1F2427',
  '#181C1E',
  '#141718',
  '#101314',
]
const stone: MantineColorsTuple = [
  '#F7F7F4',
  '#F1F1ED',
  '#E5E4DE',
  '#D6D4CC',
  '#C9C7BE',
  '#A3A29B',
  '#7C7D79',
  '#5F6468',
  '#3D4145',
  '#1B1D1F',
]

const toneOf: Record<string, 'petrol' | 'amber' | 'red' | 'green'> = {
  petrol: 'petrol',
  amber: 'amber',
  yellow: 'amber',
  orange: 'amber',
  red: 'red',
  green: 'green',
  teal: 'petrol',
}

/** Brand tones take their variants from tokens, so that light and dark are both right by construction. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const tone = toneOf[input.color ?? input.theme.primaryColor]
  const fallback = () => defaultVariantColorsResolver(input)
  if (!tone) {
    if (input.color === 'gray' && input.variant === 'light') {
      return {
        background: 'var(--app-sunken)',
        hover: 'var(--app-hover)',
        color: 'var(--app-ink-soft)',
        border: '1px solid var(--app-line)',
      }
    }
    if (input.color === 'gray' && input.variant === 'subtle') {
      return {
        background: 'transparent',
        hover: 'var(--app-hover)',
        color: 'var(--app-ink-soft)',
        border: '1px solid transparent',
      }
    }
    return fallback()
  }
  const on = `var(--app-on-${tone})`
  switch (input.variant) {
    case 'filled': {
      const fill = tone === 'red' ? 'var(--app-red-fill)' : `var(--app-${tone})`
      return {
        background: fill,
        hover: `color-mix(in srgb, ${fill} 88%, var(--app-ink))`,
        color: on,
        border: '1px solid transparent',
      }
    }
    case 'light':
      return {
        background: `var(--app-${tone}-soft)`,
        hover: `color-mix(in srgb, var(--app-${tone}-soft) 88%, var(--app-ink))`,
        color: `var(--app-${tone}-ink)`,
        border: '1px solid transparent',
      }
    case 'subtle':
    case 'transparent':
      return {
        background: 'transparent',
        hover: input.variant === 'subtle' ? `var(--app-${tone}-soft)` : 'transparent',
        color: `var(--app-${tone}-ink)`,
        border: '1px solid transparent',
      }
    case 'outline':
      return {
        background: 'transparent',
        hover: `var(--app-${tone}-soft)`,
        color: `var(--app-${tone}-ink)`,
        border: `1px solid var(--app-${tone})`,
      }
    default:
      return fallback()
  }
}

export const cssVariablesResolver: CSSVariablesResolver = () => {
  const surfaces = {
    '--mantine-color-body': 'var(--app-bg)',
    '--mantine-color-text': 'var(--app-ink)',
    '--mantine-color-dimmed': 'var(--app-muted)',
    '--mantine-color-default': 'var(--app-card)',
    '--mantine-color-default-hover': 'var(--app-hover)',
    '--mantine-color-default-color': 'var(--app-ink)',
    '--mantine-color-default-border': 'var(--app-line-strong)',
    '--mantine-color-anchor': 'var(--app-petrol-ink)',
    '--mantine-color-placeholder': 'var(--app-muted)',
    '--mantine-color-error': 'var(--app-red-ink)',
    '--mantine-primary-color-filled': 'var(--app-petrol)',
  }
  return {
    variables: {
      '--app-radius': '6px',
      '--app-shadow': '0 8px 28px rgb(16 19 20 / 0.16), 0 1px 3px rgb(16 19 20 / 0.10)',
      '--app-quick': '140ms cubic-bezier(0.2, 0, 0, 1)',
      '--app-mono': "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace",
    },
    light: { ...variables(lightTokens, avatarLight), ...surfaces },
    dark: { ...variables(darkTokens, avatarDark), ...surfaces },
  }
}

// What floats lies on a lighter ground than the page under it.
const floating = {
  content: { background: 'var(--app-raised)' },
  header: { background: 'var(--app-raised)' },
}

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  colors: { petrol, amber, red, green, gray: stone, dark: asphalt },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'var(--app-mono)',
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '640' },
  defaultRadius: 6,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.5', lg: '1.5', xl: '1.4' },
  shadows: {
    xs: 'none',
    sm: 'none',
    md: 'var(--app-shadow)',
    lg: 'var(--app-shadow)',
    xl: 'var(--app-shadow)',
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  variantColorResolver,
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 32 } },
    Button: { defaultProps: { size: 'sm' } },
    InputWrapper: {
      styles: {
        label: { marginBottom: 5 },
        description: { marginBottom: 2, fontSize: 12 },
        error: { fontSize: 12 },
      },
    },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
    MultiSelect: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'sm' } },
    Switch: { defaultProps: { size: 'sm' } },
    Badge: { defaultProps: { variant: 'light', size: 'md', radius: 4, tt: 'none', fw: 560 } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 120 } } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 120 } } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { color: 'var(--app-scrim)', backgroundOpacity: 1 },
        transitionProps: { duration: 150, transition: 'fade' },
      },
      styles: floating,
    },
    Spotlight: {
      defaultProps: { overlayProps: { color: 'var(--app-scrim)', backgroundOpacity: 1, blur: 0 } },
      styles: floating,
    },
    Drawer: {
      defaultProps: {
        overlayProps: { color: 'var(--app-scrim)', backgroundOpacity: 1 },
        transitionProps: { duration: 160 },
      },
      styles: floating,
    },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
    Tabs: { defaultProps: { color: 'petrol' } },
    Alert: { defaultProps: { variant: 'light' } },
  },
})
