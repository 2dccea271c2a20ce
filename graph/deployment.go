package graph

import (
	"context"

	"tributary/graph/model"
)

func (q queryResolver) Deployment(context.Context) (*model.Deployment, error) {
	d := q.r.Deployment
	out := &model.Deployment{Mode: d.Mode, Version: d.Version, DemoLogins: []string{}}
	if d.DemoLogins != nil {
		out.DemoLogins = append(out.DemoLogins, d.DemoLogins()...)
	}
	if d.DemoProgress != nil {
		if words := d.DemoProgress(); words != "" {
			out.DemoProgress = &words
		}
	}
	return out, nil
}
