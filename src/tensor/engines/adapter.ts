// Which graphics adapter WebGPU computes on. ONNX Runtime does not say; on Linux the process itself shows it, by the driver
// it has loaded and the device files it holds open.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { cpus, homedir } from 'node:os'
import { join } from 'node:path'
import { nvidiaDevice } from '../packages.ts'

export interface Adapter {
  /** In words: `NVIDIA H200`, `SwiftShader`. */
  readonly name: string
  /** It computes on the CPU in a GPU's stead: right for tests, slower than every other engine. */
  readonly software: 'yes' | 'no' | 'unknown'
}

const softwareDriver = /swiftshader|lvp|llvmpipe/
const drivers: readonly (readonly [library: RegExp, name: string])[] = [
  [/libvk_swiftshader/, 'SwiftShader'],
  [/libvulkan_lvp/, 'llvmpipe'],
  [/libvulkan_radeon|amdvlk/, 'AMD GPU'],
  [/libvulkan_intel/, 'Intel GPU'],
  [/libvulkan_nouveau|libGLX_nvidia|libnvidia-/, 'NVIDIA GPU'],
  [/libvulkan_asahi/, 'Apple GPU'],
  [/libvulkan_dzn/, 'GPU through Direct3D 12'],
]

/** Device files that only a driver of hardware opens. */
const deviceFile = /^\/dev\/(dri\/|nvidia\d|kfd|dxg|mali|kgsl)/

/** The adapter in use: call it while a session of the WebGPU provider is alive. */
export function adapterInUse(): Adapter {
  if (process.platform === 'darwin') return { name: `${cpus()[0]?.model ?? 'GPU'} through Metal`, software: 'no' }
  if (process.platform !== 'linux') return { name: 'the adapter that Direct3D 12 prefers', software: 'unknown' }
  const loaded = readLines('/proc/self/maps').map((line) => line.slice(line.lastIndexOf('/') + 1))
  const hardware = openFiles().some((file) => deviceFile.test(file))
  const fitting = drivers.filter(([library]) => softwareDriver.test(library.source) !== hardware)
  const known = fitting.find(([library]) => loaded.some((file) => library.test(file)))
  if (!hardware) return { name: known?.[1] ?? 'an adapter without a name', software: 'yes' }
  return { name: nvidiaModel() ?? known?.[1] ?? 'GPU', software: 'no' }
}

function openFiles(): string[] {
  const folder = '/proc/self/fd'
  return names(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))]
    } catch {
      return [] // closed since it was listed
    }
  })
}

/** The NVIDIA driver's own name of its first GPU. */
function nvidiaModel(): string | undefined {
  const folder = '/proc/driver/nvidia/gpus'
  const [first] = names(folder)
  const lines = first === undefined ? [] : readLines(join(folder, first, 'information'))
  const line = lines.find((each) => each.startsWith('Model:'))
  return line?.slice('Model:'.length).trim()
}

/** Whether the operating system shows hardware that WebGPU can use, without loading anything. */
export function hardwareSeen(): boolean {
  if (process.platform !== 'linux') return process.platform === 'darwin' || process.platform === 'win32'
  const device = nvidiaDevice() || names('/dev/dri').some((name) => name.startsWith('renderD'))
  return device && vulkanLoader() && vulkanDrivers().some((manifest) => !softwareDriver.test(manifest))
}

/** Whether the dynamic linker finds Vulkan's loader, which every driver hides behind on Linux. */
export function vulkanLoader(): boolean {
  const library = 'libvulkan.so.1'
  const folders = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '')
  return [...folders, '/lib', '/usr/lib', '/lib64', '/usr/lib64'].some((folder) => existsSync(join(folder, library))) ||
    readLines('/etc/ld.so.cache').some((line) => line.includes(library))
}

/** The manifests of the drivers that Vulkan's loader would try. */
export function vulkanDrivers(): string[] {
  const chosen = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES']
  if (chosen !== undefined) return chosen.split(':').filter((file) => existsSync(file))
  const roots = ['/etc', '/usr/share', '/usr/local/share', '/usr/local/etc', join(homedir(), '.local/share')]
  return roots.map((root) => join(root, 'vulkan/icd.d'))
    .flatMap((folder) => names(folder).filter((name) => name.endsWith('.json')).map((name) => join(folder, name)))
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n')
  } catch {
    return []
  }
}
