package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"tributary/internal/tracking"
)

// registerClickMetrics shows how clicks fare. What is lost is told apart by its reason; clicks that are unconfirmed were answered
// before the disk said that it has them.
func registerClickMetrics(registry *prometheus.Registry, clicks *tracking.Clicks, links *tracking.Service) {
	counter := func(name, help string, labels prometheus.Labels, read func(tracking.ClicksStats) int64) {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels},
			func() float64 { return float64(read(clicks.Stats())) }))
	}
	gauge := func(name, help string, read func(tracking.ClicksStats) int64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(read(clicks.Stats())) }))
	}
	counter("tributary_clicks_durable_total", "Clicks that were on disk when the redirect answered.", nil,
		func(s tracking.ClicksStats) int64 { return s.Durable })
	counter("tributary_clicks_unconfirmed_total", "Clicks whose redirect answered before the disk did.", nil,
		func(s tracking.ClicksStats) int64 { return s.Unconfirmed })
	const lost, lostHelp = "tributary_clicks_lost_total", "Clicks that were answered and not stored."
	counter(lost, lostHelp, prometheus.Labels{"reason": "full"}, func(s tracking.ClicksStats) int64 { return s.Full })
	counter(lost, lostHelp, prometheus.Labels{"reason": "refused"}, func(s tracking.ClicksStats) int64 { return s.Refused })
	counter(lost, lostHelp, prometheus.Labels{"reason": "backpressure"}, func(s tracking.ClicksStats) int64 { return s.Crowded })
	counter("tributary_clicks_loaded_total", "Clicks loaded into PostgreSQL.", nil, func(s tracking.ClicksStats) int64 { return s.Loaded })
	counter("tributary_click_loads_failed_total", "Transactions of clicks that failed; they are repeated.", nil,
		func(s tracking.ClicksStats) int64 { return s.FailedLoads })
	gauge("tributary_click_spool_bytes", "Size of the click spool.", func(s tracking.ClicksStats) int64 { return s.Bytes })
	gauge("tributary_click_backlog_bytes", "Clicks on disk that are not in PostgreSQL yet.", func(s tracking.ClicksStats) int64 { return s.BacklogBytes })
	gauge("tributary_click_bad_files", "Parts of the spool that could not be read and lie in its folder bad.",
		func(s tracking.ClicksStats) int64 { return int64(s.BadFiles) })
	gauge("tributary_links_known", "Links in memory.", func(tracking.ClicksStats) int64 { return links.LinksKnown() })
}
