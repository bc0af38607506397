import {Tooltip as ArgoTooltip} from 'argo-ui';
import * as React from 'react';

import './components.scss';

interface TooltipProps {
    content: React.ReactNode;
    // inverted colors are not supported.
    inverted?: boolean;
    children: React.ReactElement;
}

export const Tooltip = ({inverted, ...props}: TooltipProps) => <ArgoTooltip {...props} />;

interface ActionButtonProps {
    action: (event: React.MouseEvent) => void;
    icon?: string;
    tooltip?: string;
    disabled?: boolean;
}

export const ActionButton = ({action, icon, tooltip, disabled}: ActionButtonProps) => (
    <Tooltip content={tooltip}>
        <button className='argo-button argo-button--light argo-button--short' disabled={disabled} onClick={action}>
            <i className={icon} />
        </button>
    </Tooltip>
);

interface CheckboxProps {
    value: boolean;
    onChange: (value: boolean) => void;
    style?: React.CSSProperties;
}

// Checkbox also reports changes from outside: a click on a filter's row changes the value and
// relies on the check box to report it.
export const Checkbox = ({value, onChange, style}: CheckboxProps) => {
    const before = React.useRef(value);
    React.useEffect(() => {
        if (before.current !== value) {
            before.current = value;
            onChange(value);
        }
    }, [value]);
    return (
        <div className='v2-checkbox' style={style} onClick={() => onChange(!value)}>
            {value && <i className='fas fa-check' />}
        </div>
    );
};

interface AutocompleteProps {
    items: string[];
    // abbreviations are alternative names of items.
    abbreviations?: Map<string, string>;
    value: string;
    placeholder?: string;
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => void;
    // onItemClick is called without an item when Enter is pressed on typed text.
    onItemClick: (item?: string) => void;
    style?: React.CSSProperties;
    inputStyle?: React.CSSProperties;
}

// Autocomplete suggests the items that contain the typed text, while it has the focus.
export const Autocomplete = (props: AutocompleteProps) => {
    const [focused, setFocused] = React.useState(false);
    const contains = (name = '') => name.toLowerCase().includes(props.value.toLowerCase());
    const offered = props.items.filter(item => contains(item) || contains(props.abbreviations?.get(item)));
    return (
        <div style={props.style} onFocus={() => setFocused(true)} onBlur={() => setFocused(false)}>
            <input
                className='v2-autocomplete'
                style={props.inputStyle}
                placeholder={props.placeholder}
                value={props.value}
                onChange={props.onChange}
                onKeyDown={event => event.key === 'Enter' && props.value && props.onItemClick()}
            />
            {focused && offered.length > 0 && (
                <div className='v2-autocomplete__items'>
                    {offered.map(item => (
                        <div key={item} onMouseDown={() => props.onItemClick(item)}>
                            {item}
                        </div>
                    ))}
                </div>
            )}
        </div>
    );
};
