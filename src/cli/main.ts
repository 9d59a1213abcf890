#!/usr/bin/env node
import { x } from '../source.ts'
console.log('hello', x, process.argv.slice(2), import.meta.url)
