import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';

export default defineConfig([
  // api.ts is generated.
  { ignores: ['lib', 'node_modules', '.yarn', 'src/manager/api.ts'] },
  js.configs.recommended,
  typescript.configs.strict,
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error',
      // Indices into typed arrays are checked by the loops around them.
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  }
]);
