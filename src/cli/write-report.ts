// A report's files on disk, each in one step: a reader never opens half of one.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { files } from '../report/files.ts'
import type { Report } from '../report/report.ts'
import { text as summaryText } from '../report/text.ts'

export async function writeReport(report: Report, folder: string): Promise<{ report: string; summary: string }> {
  for (const [name, text] of Object.entries(await files(report))) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    const beside = `${path}.${process.pid}.tmp`
    writeFileSync(beside, text)
    renameSync(beside, path)
  }
  return { report: join(folder, 'report.html'), summary: summaryText(report) }
}
