import { useState } from 'react';
import { Select } from './fields.tsx';
import { readTheme, setTheme } from './theme.ts';

const CHOICES = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export const ThemeSwitch = () => {
  const [theme, choose] = useState(readTheme);
  return (
    <Select
      label="Colours"
      value={theme}
      choices={CHOICES}
      onChange={(next) => {
        setTheme(next);
        choose(next);
      }}
    />
  );
};
