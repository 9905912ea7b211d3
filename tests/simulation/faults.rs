//! What goes wrong, when, and how often: drawn from the seed before the simulation begins.

use fastrand::Rng;

pub(crate) const SECOND: u64 = 1000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    // A request never reaches Mautic.
    Refused,
    Dns,
    Tls,
    Interrupted,
    Blackhole,
    // Mautic carries it out, and the client learns nothing or late.
    LostAnswer,
    LateAnswer,
    GatewayTimeout,
    ErrorAfterwards,
    CutBody,
    /// Mautic works longer than the HTTP timeout and 30 seconds.
    Overrun,
    // Mautic carries it out and says so, in its way.
    Slow,
    OddLifetime,
    // Something in front of Mautic answers.
    ServerError,
    RequestTimeout,
    RateLimited,
    HtmlPage,
    Firewall,
    Redirected,
    // The process.
    Crash,
    Pause,
    /// More than ten seconds between the last check and the request.
    LongPause,
    // The database.
    WriteFails,
    WriteFailsAfterwards,
    ReadFails,
    LockFails,
    // The site.
    JumpForward,
    JumpBack,
    NoVisitors,
    WakeLost,
    KeyChanged,
    /// The API refuses access tokens that are good.
    TokenRefused,
    // The owner, in Mautic and in WordPress.
    ApiDisabled,
    Revoked,
    SecretReplaced,
    ClientDeleted,
    Disconnect,
    ResetAll,
    Reauthorize,
    Save,
    Moved,
    Copied,
}

use Fault::*;

/// Faults that concern one request.
pub(crate) const NETWORK: [Fault; 19] = [
    Refused,
    Dns,
    Tls,
    Interrupted,
    Blackhole,
    LostAnswer,
    LateAnswer,
    GatewayTimeout,
    ErrorAfterwards,
    CutBody,
    Overrun,
    Slow,
    OddLifetime,
    ServerError,
    RequestTimeout,
    RateLimited,
    HtmlPage,
    Firewall,
    Redirected,
];

/// Faults that concern one thing that a process or Mautic does.
pub(crate) const LOCAL: [Fault; 10] = [
    Crash,
    Pause,
    LongPause,
    WriteFails,
    WriteFailsAfterwards,
    ReadFails,
    LockFails,
    WakeLost,
    KeyChanged,
    TokenRefused,
];

/// Faults that happen once.
pub(crate) const ONCE: [Fault; 11] = [
    JumpForward,
    JumpBack,
    Revoked,
    SecretReplaced,
    ClientDeleted,
    Disconnect,
    ResetAll,
    Reauthorize,
    Save,
    Moved,
    Copied,
];

/// Faults that last.
pub(crate) const LASTING: [Fault; 2] = [NoVisitors, ApiDisabled];

/// For how long, and how likely each time that it can happen.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) fault: Fault,
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) chance: f64,
}

/// One life of a site.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) windows: Vec<Window>,
    /// Milliseconds from the connection's first day to the end of all trouble.
    pub(crate) span: u64,
    /// Milliseconds that each web server's clock is ahead.
    pub(crate) skew: Vec<i64>,
    /// Seconds.
    pub(crate) access_lifetime: u64,
    /// Days.
    pub(crate) refresh_lifetime: u64,
    /// Milliseconds between two visits, on average.
    pub(crate) visits: u64,
    /// Calls, buttons and commands at any time.
    pub(crate) steady: usize,
    /// Crowds at the moment of renewal or expiry, and how many are in each.
    pub(crate) crowds: Vec<usize>,
}

impl Plan {
    pub(crate) fn draw(random: &mut Rng) -> Self {
        let span = *pick(
            random,
            &[
                10 * MINUTE,
                HOUR,
                4 * HOUR,
                4 * HOUR,
                DAY,
                4 * DAY,
                30 * DAY,
            ],
        );
        let refresh_lifetime = *pick(random, &[1, 14, 14]);
        let visits = *pick(random, &[20 * SECOND, 5 * MINUTE, HOUR, 3 * HOUR]);
        let mut plan = Self {
            windows: Vec::new(),
            span,
            skew: vec![0],
            access_lifetime: *pick(random, &[60, 120, 600, 3600, 3600, 86_400]),
            refresh_lifetime,
            visits: visits.max(span / 300),
            steady: random.usize(0..40),
            crowds: (0..random.usize(0..4))
                .map(|_| *pick(random, &[2, 3, 5, 20]))
                .collect(),
        };
        if random.f64() < 0.3 {
            plan.skew.push(random.i64(-4000..=4000));
        }
        let count = *pick(random, &[0, 1, 1, 2, 3, 4, 6, 8]);
        for _ in 0..count {
            let window = plan.window(random);
            plan.windows.push(window);
        }
        plan
    }

    fn window(&self, random: &mut Rng) -> Window {
        let fault = match random.u32(0..10) {
            0..5 => *pick(random, &NETWORK),
            5..8 => *pick(random, &LOCAL),
            8 => *pick(random, &ONCE),
            _ => *pick(random, &LASTING),
        };
        let lengths = [30 * SECOND, 5 * MINUTE, HOUR, 6 * HOUR, 5 * DAY, self.span];
        let length = (*pick(random, &lengths)).min(self.span);
        let from = MINUTE + random.u64(0..=self.span - length);
        let chances: &[f64] = match fault {
            Crash => &[0.003, 0.01, 0.05],
            Pause | LongPause => &[0.01, 0.1, 0.3],
            ReadFails | WakeLost => &[0.02, 0.2],
            _ => &[0.05, 0.3, 0.7, 1.0],
        };
        Window {
            fault,
            from,
            to: from + length,
            chance: *pick(random, chances),
        }
    }

    /// Whether one of these is in it.
    pub(crate) fn has(&self, faults: &[Fault]) -> bool {
        (self.windows.iter()).any(|window| faults.contains(&window.fault))
    }

    /// Nothing goes wrong, and nobody changes anything.
    pub(crate) fn is_calm(&self) -> bool {
        self.windows.is_empty()
    }

    /// Whether one of these strikes now.
    pub(crate) fn strikes(&self, faults: &[Fault], time: u64, random: &mut Rng) -> Option<Fault> {
        self.windows
            .iter()
            .filter(|window| faults.contains(&window.fault))
            .filter(|window| (window.from..window.to).contains(&time))
            .find(|window| random.f64() < window.chance)
            .map(|window| window.fault)
    }

    /// Whether it lasts now.
    pub(crate) fn lasts(&self, fault: Fault, time: u64) -> bool {
        self.windows
            .iter()
            .any(|window| window.fault == fault && (window.from..window.to).contains(&time))
    }
}

pub(crate) fn pick<'a, T>(random: &mut Rng, among: &'a [T]) -> &'a T {
    &among[random.usize(..among.len())]
}
