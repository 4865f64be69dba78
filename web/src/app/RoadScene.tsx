import c from './RoadScene.module.css'

// Marks of the middle line in perspective: y of the near end, length, half width.
const marks: [y: number, length: number, half: number][] = [
  [900, 150, 13],
  [690, 92, 8.5],
  [556, 56, 5.6],
  [472, 34, 3.8],
  [418, 21, 2.6],
  [383, 13, 1.8],
  [360, 8, 1.2],
]

/** A road at dusk with one car ahead. Decorative. */
export function RoadScene() {
  return (
    <svg className={c.scene} viewBox="0 0 800 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path
        className={c.hills}
        d="M0 330c90-18 150-62 236-58 78 4 112 46 190 44 96-2 138-70 226-66 60 3 104 44 148 58v40H0z"
      />
      <path className={c.far} d="M0 344h800" />
      <path className={c.asphalt} d="M386 344h28l426 556H-40z" />
      <path className={c.edge} d="M386 344-40 900M414 344l426 556" />
      {marks.map(([y, length, half]) => (
        <path
          key={y}
          className={c.mark}
          d={`M${400 - half} ${y}h${half * 2}l${-half * 0.42} ${-length}h${-half * 1.16}z`}
        />
      ))}
      <path className={c.oncoming} d="M383 366v.1M394 366v.1" />
      <g transform="translate(525 548) scale(1.5)">
        <path className={c.car} d="M-58 52v-30l14-36c3-8 8-12 17-12h54c9 0 14 4 17 12l14 36v30z" />
        <path className={c.line} d="M-44 16h88M-40-14h80" />
        <path className={c.lamp} d="M-54 22h18v9h-18zM36 22h18v9H36z" />
        <rect className={c.plate} x="-19" y="30" width="38" height="12" rx="2" />
        <path className={c.strip} d="M-18 31h5v10h-5z" />
        <path className={c.line} d="M-50 52v9h18v-9M32 52v9h18v-9" />
      </g>
    </svg>
  )
}
