// Patches of argo-ui 1.0.0 (2021) for features that Argo CD requires: by file, pairs of old and
// new text.
export const adjustments = {
    'argo-ui/src/components/duration.tsx': [['durationMs', 'durationS']],
    'argo-ui/src/components/dropdown/dropdown.tsx': [
        // A render can replace the clicked element before this handler runs.
        ['!this.content.contains(', 'document.contains(event.target as Node) && !this.content.contains('],
        [
            'public componentWillUnmount()',
            `public componentDidUpdate(_: any, before: any) {
                if (before.opened !== this.state.opened) {
                    (this.props as any).onOpenStateChange?.(this.state.opened);
                }
            }

            public componentWillUnmount()`
        ]
    ],
    'argo-ui/src/components/form-field/form-field.tsx': [
        ["const uuid = require('uuid/v1')", 'let fields = 0; const uuid = () => `field-${++fields}`']
    ],
    'argo-ui/src/components/page/page.tsx': [
        ['breadcrumbs.length > 0', 'breadcrumbs.length > 0 && !(props as any).useTitleOnly'],
        ['<TopBar title={props.title}', '<TopBar title={(props as any).topBarTitle || props.title}']
    ],
    'argo-ui/src/components/top-bar/top-bar.tsx': [
        ['{props.toolbar && renderToolbar', '{hasRow(props.toolbar) && renderToolbar'],
        [
            'const renderToolbar =',
            `const hasRow = (toolbar?: Toolbar) => toolbar && (toolbar.actionMenu || toolbar.filter || toolbar.tools);

            const renderToolbar =`
        ],
        ['key={breadcrumb.title}', 'key={i}']
    ]
};
