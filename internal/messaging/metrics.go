package messaging

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the dispatcher's figures; a nil *Metrics counts nothing.
type Metrics struct {
	outcomes *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// NewMetrics registers the figures.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cartie_deliveries_total",
			Help: "Attempts to deliver, by what they came to; queued means that another attempt follows.",
		}, []string{"state", "error_kind"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "cartie_delivery_call_seconds",
			Help:    "Time of one call that delivers.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"operation"}),
	}
	r.MustRegister(m.outcomes, m.duration)
	return m
}

func (m *Metrics) ended(state string, kind ErrorKind, n int) {
	if m != nil && n > 0 {
		m.outcomes.WithLabelValues(state, string(kind)).Add(float64(n))
	}
}

func (m *Metrics) called(operation string, took time.Duration) {
	if m != nil {
		m.duration.WithLabelValues(operation).Observe(took.Seconds())
	}
}
