const browser = ['document', 'location', 'history', 'localStorage', 'navigator', 'fetch', 'URL', 'URLSearchParams', 'Blob',
  'AbortController', 'AbortSignal', 'DOMException', 'TextDecoder', 'MutationObserver', 'ResizeObserver', 'EventTarget', 'Event',
  'XMLSerializer', 'HTMLSelectElement', 'getComputedStyle', 'matchMedia', 'devicePixelRatio', 'addEventListener',
  'removeEventListener', 'setTimeout', 'clearTimeout', 'window'];

export default [{
  files: ['Page/app/*.js'],
  languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: Object.fromEntries(browser.map((name) => [name, 'readonly'])) },
  rules: {
    'no-undef': 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }], 'prefer-const': 'error', eqeqeq: 'error',
    'no-var': 'error', 'no-eval': 'error', 'no-implied-eval': 'error', 'no-shadow': 'off', 'max-lines': ['error', 300],
    'no-restricted-properties': ['error',
      { property: 'innerHTML', message: 'Text reaches the document as text.' },
      { property: 'dangerouslySetInnerHTML', message: 'Text reaches the document as text.' },
      { property: 'insertAdjacentHTML', message: 'Text reaches the document as text.' }],
  },
}];
