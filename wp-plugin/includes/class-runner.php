<?php
/**
 * The shell's loop.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Feeds events to the core and performs what it answers, as docs/boundary.md says. Nothing is
 * decided here.
 */
final class Runner {

	/**
	 * Writes of other processes that a run gives way to before it gives up. Each of them got on; to give
	 * up may mean to lose tokens that Mautic has just rotated.
	 */
	private const CONFLICTS = 20;

	/**
	 * Microseconds before each further attempt at what the database refused: tokens that Mautic has just
	 * rotated exist nowhere else.
	 */
	private const AGAIN = array( 50000, 200000, 1000000, 2000000 );

	/**
	 * Messages of one run: far more than the longest piece of work has, waiting for a lock included.
	 */
	private const STEPS = 300;

	/**
	 * Bytes of a message: many times what a connection, an answer's body and a call's names come to. The
	 * core's memory is bounded, and more would end in a trap.
	 */
	private const LONGEST_MESSAGE = 524288;

	/**
	 * Milliseconds that one `wait` may take.
	 */
	private const LONGEST_WAIT = 1000;

	/**
	 * The locks of the runs that this process is in: a listener may start one inside another.
	 *
	 * @var Lock[]
	 */
	private static array $locks = array();

	/**
	 * Takes the parts.
	 *
	 * @param \Closure(string): string $core      JSON in, JSON out; throws Core_Exception.
	 * @param Storage                  $storage   The connection's row.
	 * @param Lock                     $lock      Locks.
	 * @param Transport                $transport Requests.
	 * @param array<string, mixed>     $overrides Settings from outside the database.
	 */
	public function __construct(
		private \Closure $core,
		private Storage $storage,
		private Lock $lock,
		private Transport $transport,
		private array $overrides,
	) {
	}

	/**
	 * The runner of the current site.
	 */
	public static function of_site(): self {
		$overrides = Overrides::all();
		return new self(
			Core::call( ... ),
			new Storage( Cipher::of_site() ),
			new Lock(),
			new Transport( $overrides['allow_private_hosts'] ),
			$overrides
		);
	}

	/**
	 * Runs an event to its answer.
	 *
	 * @param array<string, mixed>                         $event       The event.
	 * @param string|null                                  $caller_body The body of an API caller's request.
	 * @param \Closure(array<string, mixed>): void|null    $on_step     Gets each step of a doctor's round as it comes.
	 */
	public function run( array $event, ?string $caller_body = null, ?\Closure $on_step = null ): Result {
		// A visitor who leaves must not end a process between a token request and its storing.
		ignore_user_abort( true );
		$last          = array();
		$steps         = array();
		$keep          = static function ( array $step ) use ( &$steps, $on_step ): void {
			$steps[] = $step;
			null === $on_step || $on_step( $step );
		};
		self::$locks[] = $this->lock;
		try {
			$result = $this->loop( $event, $caller_body, $last, $keep );
		} catch ( Core_Exception $exception ) {
			$result = Result::failure( $exception->error_code, $exception->getMessage() );
			// The core cannot say it itself.
			if ( ! Log::has_lately( $exception->error_code ) ) {
				$last[] = array(
					'type' => 'log',
					'code' => $exception->error_code,
				);
			}
		} catch ( Database_Exception $exception ) {
			$result = Result::failure( 'store.failed', $exception->getMessage(), 'transient' );
		} finally {
			$this->lock->release_all();
			array_pop( self::$locks );
		}
		$result = $result->with_steps( $steps );
		Log::append( $last );
		if ( isset( $result->answer['status'] ) ) {
			Alert::keep( $result->answer['alert'] ?? null );
			if ( 'view' === $event['type'] ) {
				Cron::ensure( $result->answer['status']['background_renew_at'] ?? null );
			}
		}
		foreach ( self::only( 'mail', $last ) as $mail ) {
			Mailer::send( $mail, $result );
		}
		// Only now, and after the mails: whoever listens may start a run of its own, or end this process.
		foreach ( self::only( 'notify', $last ) as $notice ) {
			Hooks::fire( $notice, Status::from_answer( $result->answer ) );
		}
		return $result;
	}

	/**
	 * Step by step.
	 *
	 * @param array<string, mixed>             $event       The event.
	 * @param string|null                      $caller_body The body of an API caller's request.
	 * @param array<int, array<string, mixed>> $last        Collects the effects that come last: `log`,
	 *                                                      `mail` and `notify`.
	 * @param \Closure                         $on_step     Gets each `step` effect, with the `requests` before it.
	 * @throws Core_Exception     If the core fails, or finds no end.
	 * @throws Database_Exception If the database goes on failing.
	 */
	private function loop( array $event, ?string $caller_body, array &$last, \Closure $on_step ): Result {
		$asked     = array();
		$told      = false;
		$task      = null;
		$redirect  = null;
		$response  = null;
		$conflicts = 0;
		$document  = $this->read( $event, false );
		for ( $step = 0; $step < self::STEPS; ++$step ) {
			$message = $this->message( $document, $event, $task );
			if ( strlen( $message ) > self::LONGEST_MESSAGE ) {
				return Result::failure( 'message.too_large', '', 'misuse' );
			}
			$json    = ( $this->core )( $message );
			$answer  = json_decode( $json );
			if ( ! is_object( $answer ) || ! is_array( $answer->effects ?? null ) ) {
				throw new Core_Exception( 'core.trap' );
			}

			if ( isset( $answer->connection ) ) {
				$written = self::encode( $answer->connection );
				$outcome = $this->write( $written, (int) ( $answer->connection->revision ?? 0 ) );
				if ( Storage::CONFLICT === $outcome && ++$conflicts <= self::CONFLICTS ) {
					$document = $this->read( $event, true );
					continue;
				}
				if ( Storage::STORED !== $outcome ) {
					$event = self::store_failed( $this->storage->last_error() );
					continue;
				}
				$document = $written;
			}

			$task  = $answer->task ?? null;
			$event = null;
			// Decoded a second time, as arrays: `connection` and `task` go back as they came, and
			// an array would turn their empty objects into lists.
			foreach ( json_decode( $json, true )['effects'] as $effect ) {
				switch ( $effect['type'] ) {
					case 'http':
						$sent     = $this->transport->send( $effect, $caller_body );
						$event    = $sent['event'];
						$response = $sent['response'];
						// Another address may be tried for the question that was just asked; anything else is a new one.
						$asked = array( ...( $told && 'candidate' !== $effect['id'] ? array() : $asked ), self::evidence( $effect, $event ) );
						$told  = false;
						break;
					case 'step':
						$told = true;
						$on_step( array_diff_key( $effect, array( 'type' => 0 ) ) + array( 'requests' => 'skipped' === $effect['state'] ? array() : $asked ) );
						break;
					case 'lock':
						try {
							$taken    = self::patiently( fn() => $this->lock->acquire( $effect['name'], $effect['lifetime'] ) );
							$event    = array( 'type' => $taken ? 'lock_acquired' : 'lock_busy' );
							$document = $this->read( $event, true );
						} catch ( Database_Exception $exception ) {
							$event = self::store_failed( $exception->getMessage() );
						}
						break;
					case 'wait':
						if ( array_filter( self::$locks, static fn( Lock $lock ) => $lock->holds_any() ) ) {
							// A listener of the very request that is to renew: whom it waits for waits for it.
							return Result::failure( 'lock.busy', '', 'transient' );
						}
						usleep( 1000 * min( $effect['milliseconds'], self::LONGEST_WAIT ) );
						$event    = array( 'type' => 'waited' );
						$document = $this->read( $event, true );
						break;
					case 'unlock':
						$this->lock->release( $effect['name'] );
						break;
					case 'redirect':
						$redirect = $effect['url'];
						break;
					case 'wake':
						Cron::schedule( $effect['at'] );
						break;
					case 'log':
					case 'mail':
					case 'notify':
						$last[] = $effect;
						break;
					case 'answer':
						return new Result( $effect, $redirect, $response );
				}
			}
			if ( null === $event ) {
				throw new Core_Exception( 'core.trap' );
			}
		}
		throw new Core_Exception( 'core.trap' );
	}

	/**
	 * A request in short, as it may be shown: its address without the query, which may carry a token.
	 *
	 * @param array<string, mixed> $effect The `http` effect.
	 * @param array<string, mixed> $event  What came of it.
	 * @return array{method: string, url: string, status: int|null} Without a status if there was no answer.
	 */
	private static function evidence( #[\SensitiveParameter] array $effect, array $event ): array {
		return array(
			'method' => $effect['method'],
			'url'    => strtok( $effect['url'], '?' ),
			'status' => $event['status'] ?? null,
		);
	}

	/**
	 * The effects of one type.
	 *
	 * @param string                           $type    The type.
	 * @param array<int, array<string, mixed>> $effects Effects.
	 * @return array<int, array<string, mixed>>
	 */
	private static function only( string $type, array $effects ): array {
		return array_filter( $effects, static fn( array $effect ) => $type === $effect['type'] );
	}

	/**
	 * Stores a document, more than once if the database fails.
	 *
	 * @param string $document JSON.
	 * @param int    $revision The document's revision.
	 * @return string What Storage::write() says.
	 */
	private function write( #[\SensitiveParameter] string $document, int $revision ): string {
		$outcome = $this->storage->write( $document, $revision );
		foreach ( self::AGAIN as $microseconds ) {
			if ( Storage::FAILED !== $outcome ) {
				break;
			}
			usleep( $microseconds );
			$outcome = $this->storage->write( $document, $revision );
		}
		return $outcome;
	}

	/**
	 * The connection, or null with the event turned into what says why it cannot be read. To
	 * `reset` that does not matter.
	 *
	 * @param array<string, mixed> $event The event about to be sent.
	 * @param bool                 $again Whether another process may have written.
	 * @throws Database_Exception If it goes on failing.
	 */
	private function read( array &$event, bool $again ): ?string {
		try {
			return self::patiently( fn() => $this->storage->read( $again ) );
		} catch ( Unreadable_Exception $exception ) {
			if ( 'reset' !== $event['type'] ) {
				$event = array(
					'type' => 'connection_unreadable',
					'why'  => $exception->getMessage(),
				);
			}
			return null;
		}
	}

	/**
	 * Does something that needs the database, more than once if that fails.
	 *
	 * @param \Closure $work What.
	 * @return mixed What it returns.
	 * @throws Database_Exception If it goes on failing.
	 */
	private static function patiently( \Closure $work ) {
		foreach ( self::AGAIN as $microseconds ) {
			try {
				return $work();
			} catch ( Database_Exception ) {
				usleep( $microseconds );
			}
		}
		return $work();
	}

	/**
	 * The event that says that the database failed.
	 *
	 * @param string $message What it said.
	 * @return array{type: string, error_message: string}
	 */
	private static function store_failed( string $message ): array {
		return array(
			'type'          => 'store_failed',
			'error_message' => $message,
		);
	}

	/**
	 * One message.
	 *
	 * @param string|null          $document The connection as JSON.
	 * @param array<string, mixed> $event    The event.
	 * @param mixed                $task     What the last answer carried, or null.
	 */
	private function message( ?string $document, array $event, $task ): string {
		$message = array(
			'overrides' => (object) $this->overrides,
			'site'      => (string) get_option( 'siteurl' ),
			'event'     => $event,
			'now'       => time(),
			'entropy'   => bin2hex( random_bytes( 32 ) ),
		);
		if ( null !== $task ) {
			$message['task'] = $task;
		}
		// The document as it is, not decoded and encoded again.
		return '{"connection":' . ( $document ?? 'null' ) . ',' . substr( self::encode( $message ), 1 );
	}

	/**
	 * JSON in UTF-8, whatever bytes came in.
	 *
	 * @param mixed $value Anything.
	 */
	private static function encode( $value ): string {
		return (string) wp_json_encode( $value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE );
	}
}
