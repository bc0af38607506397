package internet

import (
	"io"
	"net/http"
	"strconv"
)

// Outage is what has become of the way to a host.
type Outage int

const (
	// Refused means that nobody listens. The proxy answers with 502 Bad Gateway.
	Refused Outage = iota + 1
	// Hanging means that a client gets no answer until it gives up.
	Hanging
	// Broken means that the connection breaks off after the answer's headers.
	Broken
)

func (o Outage) String() string {
	return map[Outage]string{Refused: "refused", Hanging: "hanging", Broken: "broken"}[o]
}

// Cut makes the way to a host, or to all hosts of a domain under a name that begins
// with a dot, fail until restore.
func (i *Internet) Cut(host string, outage Outage) (restore func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.cut[host] = outage
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.cut, host)
	}
}

// Reaches says whether requests to a host are answered.
func (i *Internet) Reaches(host string) bool { return i.outage(host) == 0 }

func (i *Internet) outage(host string) Outage {
	i.mu.Lock()
	defer i.mu.Unlock()
	outage, _ := lookUp(i.cut, host)
	return outage
}

// meet is what comes of a request on a connection that the outage lets through.
func (o Outage) meet(w http.ResponseWriter, r *http.Request) {
	switch o {
	case Hanging:
		<-r.Context().Done()
	case Broken:
		const promised = 1000
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(promised))
		_, _ = io.WriteString(w, "{")
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler) // which net/http takes for closing the connection
}
