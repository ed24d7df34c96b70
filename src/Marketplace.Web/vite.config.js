import { basename, resolve } from 'node:path';
import { readdirSync } from 'node:fs';
import { defineConfig } from 'vite';

// One entry per live page: every *.page.ts beside its page becomes wwwroot/bundle/<name>.js.
const entries = {};
for (const folder of readdirSync('.', { withFileTypes: true })) {
  if (!folder.isDirectory() || folder.name === 'node_modules' || folder.name === 'wwwroot') continue;
  for (const file of readdirSync(folder.name, { recursive: true })) {
    if (file.endsWith('.page.ts')) entries[basename(file, '.page.ts')] = resolve(folder.name, file);
  }
}

export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'wwwroot/bundle',
    emptyOutDir: true,
    sourcemap: false,
    target: 'es2022',
    rollupOptions: {
      input: entries,
      // Names without hashes: MapStaticAssets fingerprints what it serves.
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name].js', assetFileNames: '[name][extname]' },
    },
  },
});
