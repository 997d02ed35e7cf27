import type { HTMLInputTypeAttribute } from 'react';
import {
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Button as AriaButton,
  Select as AriaSelect,
  SelectValue,
  Text,
  TextArea,
  TextField as AriaTextField,
} from 'react-aria-components';

interface FieldProps {
  label: string;
  /** Path of the field in the API's body. */
  name?: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  /** What is wrong with it, in the words of the server. */
  errors?: readonly string[];
  isDisabled?: boolean;
}

export interface TextFieldProps extends FieldProps {
  type?: HTMLInputTypeAttribute;
  isRequired?: boolean;
  autoFocus?: boolean;
  autoComplete?: string;
  placeholder?: string;
  /** More than one: an area of so many lines. */
  rows?: number;
  isMono?: boolean;
}

/** Errors stand under the field at once and are read out with it; the browser's own checks stay out of it. */
export const TextField = ({
  label,
  hint,
  errors = [],
  rows = 1,
  isMono = false,
  placeholder = '',
  type = 'text',
  ...rest
}: TextFieldProps) => (
  <AriaTextField
    {...rest}
    type={type as 'text'}
    className="field"
    isInvalid={errors.length > 0}
    validationBehavior="aria"
  >
    <Label>{label}</Label>
    {rows > 1 ? (
      <TextArea rows={rows} className={isMono ? 'input mono' : 'input'} placeholder={placeholder} />
    ) : (
      <Input className={isMono ? 'input mono' : 'input'} placeholder={placeholder} />
    )}
    {hint !== undefined && (
      <Text slot="description" className="hint">
        {hint}
      </Text>
    )}
    <FieldError className="field-error">{errors.join('. ')}</FieldError>
  </AriaTextField>
);

export interface Choice {
  value: string;
  label: string;
}

export interface SelectProps extends FieldProps {
  choices: readonly Choice[];
}

/** Keys of a list must not be empty, and "no filter" is. */
const NOTHING = '(none)';

export const Select = ({
  label,
  name,
  value,
  onChange,
  hint,
  errors = [],
  choices,
  isDisabled = false,
}: SelectProps) => (
  <AriaSelect
    className="field"
    isDisabled={isDisabled}
    isInvalid={errors.length > 0}
    validationBehavior="aria"
    selectedKey={value === '' ? NOTHING : value}
    onSelectionChange={(key) => onChange(key === NOTHING ? '' : String(key))}
    {...(name === undefined ? {} : { name })}
  >
    <Label>{label}</Label>
    <AriaButton className="input select-button">
      <SelectValue />
      <span aria-hidden="true">▾</span>
    </AriaButton>
    {hint !== undefined && (
      <Text slot="description" className="hint">
        {hint}
      </Text>
    )}
    <FieldError className="field-error">{errors.join('. ')}</FieldError>
    <Popover className="popover">
      <ListBox className="list-box">
        {choices.map((choice) => (
          <ListBoxItem
            key={choice.value}
            id={choice.value === '' ? NOTHING : choice.value}
            className="list-item"
            textValue={choice.label}
          >
            {choice.label}
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  </AriaSelect>
);
