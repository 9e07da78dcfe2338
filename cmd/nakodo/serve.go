package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// serve runs the centre until it is told to stop.
func serve(ctx context.Context, e env, args []string) int {
	dir, _, ok := dataDir(e, "serve", args, nil)
	if !ok {
		return 2
	}
	cfg, err := load(dir, e.getenv)
	if err != nil {
		return fail(e, "serve", err)
	}
	log := slog.New(slog.NewTextHandler(e.err, nil))
	c, err := openCentre(ctx, wiring{dir: dir, config: cfg, log: log})
	if err != nil {
		return fail(e, "serve", err)
	}
	defer c.close()
	link, err := c.desk.SetUpLink(ctx)
	if err != nil {
		return fail(e, "serve", err)
	}
	if link != "" {
		fmt.Fprintf(e.out, "This centre has no officer yet. Set up the first account within three days:\n\n  %s%s\n\n", cfg.Web.Address, link)
	}
	if cfg.SMTP.Host == "" {
		fmt.Fprintln(e.out, "No mail server is set (smtp.host): letters are held and shown as held.")
	}
	if err := c.listen(ctx, cfg.Web.Listen, func(addr string) { fmt.Fprintf(e.out, "Nakodo listens on http://%s\n", addr) }); err != nil {
		return fail(e, "serve", err)
	}
	return 0
}

// listen serves the doors and runs jobs until ctx ends; requests under way may finish.
func (c *centre) listen(ctx context.Context, addr string, ready func(addr string)) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with web.listen or --addr", err)
	}
	server := &http.Server{
		Handler: c.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(c.log.Handler(), slog.LevelWarn),
	}
	var running sync.WaitGroup
	defer running.Wait()
	jobs, stopJobs := context.WithCancel(context.WithoutCancel(ctx))
	defer stopJobs()
	running.Go(func() { c.runner.Run(jobs) })
	running.Go(func() { c.tidy(jobs) })
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(l) }()
	ready(l.Addr().String())
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// tidy sweeps away what time has made useless, once an hour.
func (c *centre) tidy(ctx context.Context) {
	every := time.NewTicker(time.Hour)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			if err := c.desk.Sweep(ctx); err != nil {
				c.log.Error("sweep", "error", err)
			}
		}
	}
}
