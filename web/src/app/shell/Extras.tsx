import { Palette } from './Palette'
import { ShellCommands } from './ShellCommands'
import { ShortcutHelp } from './ShortcutHelp'

/** What nobody sees before a key is pressed: loaded when the page is quiet. */
export function Extras() {
  return (
    <>
      <ShellCommands />
      <Palette />
      <ShortcutHelp />
    </>
  )
}
