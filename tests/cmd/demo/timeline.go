package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// bar is when a resource would be created on real Azure: from when all that it
// depends on is there, for as long as that kind usually takes.
type bar struct {
	name       string
	begin, end time.Duration
}

// schedule reads who waited for whom from a stack's state, which lists what a
// resource depends on before the resource.
func schedule(resources []apitype.ResourceV3, durations map[string]time.Duration) []bar {
	var bars []bar
	there := map[resource.URN]time.Duration{}
	for _, r := range resources {
		if !r.Custom || strings.HasPrefix(string(r.Type), "pulumi:") {
			continue
		}
		b := bar{name: r.URN.Name()}
		for _, dependency := range r.Dependencies {
			b.begin = max(b.begin, there[dependency])
		}
		b.end = b.begin + durations[string(r.ID)]
		there[r.URN] = b.end
		bars = append(bars, b)
	}
	slices.SortStableFunc(bars, func(a, b bar) int { return int(a.begin - b.begin) })
	return bars
}

// timeline draws the bars over the minutes that real Azure would take.
func (l life) timeline(ctx context.Context) error {
	exported, err := l.stack.Export(ctx)
	if err != nil {
		return err
	}
	var deployment apitype.DeploymentV3
	if err := json.Unmarshal(exported.Deployment, &deployment); err != nil {
		return err
	}
	durations := map[string]time.Duration{}
	for _, operation := range l.azure.Operations() {
		if operation.Verb == "create" {
			durations[operation.ID] = operation.Duration
		}
	}
	bars := schedule(deployment.Resources, durations)
	var total time.Duration
	for _, b := range bars {
		total = max(total, b.end)
	}
	const columns = 46
	column := func(t time.Duration) int { return int(int64(t) * columns / int64(total)) }
	for _, b := range bars {
		length := max(1, column(b.end)-column(b.begin))
		before := min(column(b.begin), columns-length)
		l.printf("  %-30s %s%s%s %s\n", l.called(b.name), strings.Repeat(" ", before), l.good(strings.Repeat("#", length)),
			strings.Repeat(" ", columns-before-length), b.end-b.begin)
	}
	l.printf("  On real Azure about %s in all, by estimates; simulated, at once.\n", total)
	return nil
}
