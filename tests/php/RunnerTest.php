<?php
/**
 * The shell's loop, with a core that follows a script.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Core_Exception;
use Connector_For_Mautic\Lock;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;
use Connector_For_Mautic\Transport;

final class RunnerTest extends Plugin_Case {

	private Fake_Core $core;

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
	}

	public function test_a_message_has_all_that_the_core_needs(): void {
		$this->storage()->write( '{"revision":4,"empty":{},"list":[]}', 4 );
		$before = time();
		$this->run_script( array( Fake_Core::done() ), array( 'type' => 'view' ), array( 'allow_http' => true ) );
		$message = $this->core->messages[0];
		$this->assertSame( '{"revision":4,"empty":{},"list":[]}', json_encode( $message->connection ) );
		$this->assertSame( '{"allow_http":true}', json_encode( $message->overrides ) );
		$this->assertSame( '{"type":"view"}', json_encode( $message->event ) );
		$this->assertMatchesRegularExpression( '/\A[0-9a-f]{64}\z/', $message->entropy );
		$this->assertGreaterThanOrEqual( $before, $message->now );
		$this->assertArrayNotHasKey( 'task', (array) $message );
	}

	public function test_each_message_has_entropy_of_its_own_and_no_overrides_are_an_object(): void {
		$this->run_script( array( $this->asking( array( 'type' => 'wait', 'milliseconds' => 0 ) ), Fake_Core::done() ) );
		$this->assertNotSame( $this->core->messages[0]->entropy, $this->core->messages[1]->entropy );
		$this->assertInstanceOf( stdClass::class, $this->core->messages[0]->overrides );
	}

	public function test_invalid_utf8_reaches_the_core_replaced(): void {
		$this->run_script( array( Fake_Core::done() ), array( 'type' => 'settings_saved', 'values' => array( 'client_id' => "a\xffb" ) ) );
		$this->assertSame( "a\u{FFFD}b", $this->core->messages[0]->event->values->client_id );
	}

	public function test_an_answer_is_returned_as_it_is(): void {
		$result = $this->run_script(
			array(
				array(
					'effects' => array(
						array( 'type' => 'redirect', 'url' => 'https://mautic.example.test/x' ),
						array( 'type' => 'log', 'code' => 'x', 'fields' => array() ),
						array( 'type' => 'answer', 'ok' => true, 'url' => 'u' ),
					),
				),
			)
		);
		$this->assertTrue( $result->ok() );
		$this->assertSame( 'u', $result->answer['url'] );
		$this->assertSame( 'https://mautic.example.test/x', $result->redirect );
	}

	public function test_steps_come_as_they_are_found_with_the_requests_before_them(): void {
		remove_all_filters( 'pre_http_request' );
		$heard  = array();
		$http   = static fn( string $url ) => array( 'type' => 'http', 'id' => 'x', 'method' => 'GET', 'url' => $url, 'headers' => array(), 'body' => null, 'caller' => false, 'timeout' => 5, 'max_bytes' => 100, 'response_headers' => array() );
		$step   = static fn( string $name, string $state = 'passed' ) => array( 'type' => 'step', 'name' => $name, 'state' => $state );
		add_filter( 'pre_http_request', static fn( $response, $arguments, $url ) => str_contains( $url, 'gone' ) ? new WP_Error( 'http_request_failed', 'x' ) : array( 'response' => array( 'code' => 404, 'message' => '' ), 'headers' => array(), 'body' => '' ), 10, 3 );
		$script = array(
			array( 'effects' => array( $http( 'https://mautic.example.test/a?access_token=t' ) ), 'task' => array( 'n' => 1 ) ),
			array( 'effects' => array( $http( 'https://mautic.example.test/gone' ) ), 'task' => array( 'n' => 2 ) ),
			static function () use ( &$heard, $step, $http ) {
				$heard[] = 'the core is asked';
				return array( 'effects' => array( $step( 'dns' ), $step( 'tls', 'failed' ), array( 'type' => 'wait', 'milliseconds' => 0 ) ), 'task' => array( 'n' => 3 ) );
			},
			array( 'effects' => array( $http( 'https://mautic.example.test/b' ) ), 'task' => array( 'n' => 4 ) ),
			array( 'effects' => array( $step( 'header' ), $step( 'token', 'skipped' ), array( 'type' => 'answer', 'ok' => false ) ) ),
		);
		$listen = static function ( array $step ) use ( &$heard ) {
			$heard[] = $step['name'];
		};
		$result = $this->run_script( $script, array( 'type' => 'diagnose' ), array(), self::KEY, $listen );
		$this->assertSame( array( 'the core is asked', 'dns', 'tls', 'header', 'token' ), $heard );
		$before = array( array( 'method' => 'GET', 'url' => 'https://mautic.example.test/a', 'status' => 404 ), array( 'method' => 'GET', 'url' => 'https://mautic.example.test/gone', 'status' => null ) );
		$this->assertSame(
			array(
				array( 'name' => 'dns', 'state' => 'passed', 'requests' => $before ),
				array( 'name' => 'tls', 'state' => 'failed', 'requests' => $before ),
				array( 'name' => 'header', 'state' => 'passed', 'requests' => array( array( 'method' => 'GET', 'url' => 'https://mautic.example.test/b', 'status' => 404 ) ) ),
				array( 'name' => 'token', 'state' => 'skipped', 'requests' => array() ),
			),
			$result->steps
		);
	}

	public function test_steps_that_were_found_stay_if_the_core_fails_after_them(): void {
		$script = array( array( 'effects' => array( array( 'type' => 'step', 'name' => 'dns', 'state' => 'passed' ) ), 'task' => array() ) );
		$result = $this->run_script( $script, array( 'type' => 'diagnose' ) );
		$this->assertSame( array( 'core.trap', array( 'dns' ) ), array( $result->error()['code'], array_column( $result->steps, 'name' ) ) );
	}

	public function test_a_connection_is_stored_to_the_last_empty_object(): void {
		$this->run_script( array( Fake_Core::storing( 1, array( 'settings' => new stdClass(), 'pending' => array(), 'url' => 'https://é/' ) ) ) );
		$this->assertSame( '{"revision":1,"settings":{},"pending":[],"url":"https://é/"}', $this->storage()->read() );
		$this->assertStringStartsWith( 'cfm1:1:', $this->row( Storage::option_name() ) );
	}

	public function test_after_a_conflict_the_same_event_is_sent_with_the_same_task(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$interfere = function () {
			$other = $this->storage();
			$other->read();
			$other->write( '{"revision":2,"by":"another"}', 2 );
			return Fake_Core::storing( 2 );
		};
		$task = array( 'stage' => 'x', 'empty' => new stdClass() );
		$this->run_script(
			array(
				array(
					'effects' => array( array( 'type' => 'wait', 'milliseconds' => 0 ) ),
					'task'    => $task,
				),
				$interfere,
				Fake_Core::storing( 3, array( 'by' => 'us' ) ),
			)
		);
		list( , $first, $second ) = $this->core->messages;
		$this->assertSame( 'waited', $first->event->type );
		$this->assertEquals( $first->event, $second->event );
		$this->assertSame( json_encode( $task ), json_encode( $second->task ) );
		$this->assertSame( 'another', $second->connection->by );
		$this->assertSame( '{"revision":3,"by":"us"}', $this->storage()->read() );
	}

	public function test_effects_after_a_store_that_conflicts_are_dropped(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$result = $this->run_script(
			array(
				function () {
					$other = $this->storage();
					$other->read();
					$other->write( '{"revision":2}', 2 );
					return array(
						'connection' => array( 'revision' => 2 ),
						'effects'    => array(
							array( 'type' => 'store' ),
							array( 'type' => 'redirect', 'url' => 'https://dropped.test/' ),
							array( 'type' => 'notify', 'code' => 'connected' ),
							array( 'type' => 'answer', 'ok' => true ),
						),
					);
				},
				Fake_Core::done( false ),
			)
		);
		$this->assertFalse( $result->ok() );
		$this->assertNull( $result->redirect );
		$this->assertSame( array( 'view', 'view' ), $this->core->events() );
	}

	public function test_after_twenty_conflicts_the_core_hears_that_storing_failed(): void {
		$this->storage()->write( '{"revision":0}', 0 );
		$revision  = 0;
		$interfere = function () use ( &$revision ) {
			$other = $this->storage();
			$other->read();
			$other->write( '{"revision":' . ( ++$revision ) . '}', $revision );
			return Fake_Core::storing( $revision );
		};
		$this->run_script( array_merge( array_fill( 0, 21, $interfere ), array( Fake_Core::done( false ) ) ) );
		$this->assertSame( array_merge( array_fill( 0, 21, 'view' ), array( 'store_failed' ) ), $this->core->events() );
		$this->assertSame( '{"revision":21}', $this->storage()->read() );
	}

	public function test_a_write_that_fails_once_is_tried_again(): void {
		global $wpdb;
		$this->storage()->write( '{"revision":1}', 1 );
		$refused = 0;
		add_filter(
			'query',
			static function ( $query ) use ( $wpdb, &$refused ) {
				if ( ! str_starts_with( $query, 'UPDATE' ) || ++$refused > 2 ) {
					return $query;
				}
				$wpdb->last_error = 'database is locked';
				return '';
			}
		);
		$this->run_script( array( Fake_Core::storing( 2 ) ) );
		$this->assertSame( 3, $refused );
		$this->assertSame( array( 'view' ), $this->core->events() );
		$this->assertSame( '{"revision":2}', $this->storage()->read() );
	}

	public function test_a_write_that_fails_is_told_with_the_databases_words(): void {
		global $wpdb;
		$this->storage()->write( '{"revision":1}', 1 );
		$stored = $this->row( Storage::option_name() );
		// Not by a query that fails, which on SQLite would roll the test's transaction back.
		$refuse = static function ( $query ) use ( $wpdb ) {
			if ( ! str_starts_with( $query, 'UPDATE' ) ) {
				return $query;
			}
			$wpdb->last_error = '<p>disk full</p><p>MySQL query:</p><code>UPDATE the secret</code>';
			return '';
		};
		add_filter( 'query', $refuse );
		$this->run_script( array( Fake_Core::storing( 2 ), Fake_Core::done( false ) ) );
		remove_filter( 'query', $refuse );
		$wpdb->last_error = '';
		$this->assertSame( array( 'view', 'store_failed' ), $this->core->events() );
		$this->assertSame( 'disk full', $this->core->messages[1]->event->error_message );
		$this->assertSame( $stored, $this->row( Storage::option_name() ) );
	}

	public function test_a_database_that_does_not_answer_once_is_asked_again(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$this->refuse_to_read( 2 );
		$this->assertTrue( $this->run_script( array( Fake_Core::done() ) )->ok() );
		$this->assertSame( 1, $this->core->messages[0]->connection->revision );
	}

	public function test_a_database_that_does_not_answer_is_not_taken_for_an_empty_one(): void {
		global $wpdb;
		$this->storage()->write( '{"revision":1}', 1 );
		$this->refuse_to_read( 100 );
		$result           = $this->run_script( array() );
		$wpdb->last_error = '';
		$this->assertSame( array( 'store.failed', 'transient', 'gone away' ), array( $result->error()['code'], $result->error()['kind'], $result->error()['detail'] ) );
		$this->assertSame( array(), $this->core->messages );
		$this->assertArrayNotHasKey( 'status', $result->answer );
	}

	/** @dataProvider traps */
	public function test_a_trap_changes_nothing_and_says_so( array $script, string $code ): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$stored = $this->row( Storage::option_name() );
		$result = $this->run_script( $script );
		$this->assertSame( $code, $result->error()['code'] );
		$this->assertSame( $stored, $this->row( Storage::option_name() ) );
		$this->assertSame( 'connector_for_mautic.' . $code, $result->to_wp_error()->get_error_code() );
	}

	public function traps(): array {
		return array(
			'the core stops'      => array( array( new Core_Exception( 'core.trap', new RuntimeException( 'unreachable' ) ) ), 'core.trap' ),
			'the JIT is on'       => array( array( new Core_Exception( 'core.jit' ) ), 'core.jit' ),
			'no JSON'             => array( array( 'nonsense' ), 'core.trap' ),
			'no effects'          => array( array( '{}' ), 'core.trap' ),
			'no end'              => array( array( array( 'effects' => array() ) ), 'core.trap' ),
			'for ever'            => array( array_fill( 0, 300, array( 'effects' => array( array( 'type' => 'wait', 'milliseconds' => 0 ) ) ) ), 'core.trap' ),
			'a trap on the way'   => array( array( array( 'effects' => array( array( 'type' => 'wait', 'milliseconds' => 0 ) ) ), new Core_Exception( 'core.trap' ) ), 'core.trap' ),
		);
	}

	public function test_a_lock_is_taken_the_connection_read_again_and_the_lock_released(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$lock = array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 );
		$seen = null;
		$this->run_script(
			array(
				function () use ( $lock ) {
					$other = $this->storage();
					$other->read();
					$other->write( '{"revision":2}', 2 );
					return $this->asking( $lock );
				},
				function () use ( &$seen ) {
					$seen = $this->row( Lock::OPTION_PREFIX . 'refresh' );
					return Fake_Core::done( true, array( array( 'type' => 'unlock', 'name' => 'refresh' ) ) );
				},
			)
		);
		$this->assertSame( 'lock_acquired', $this->core->messages[1]->event->type );
		$this->assertSame( 2, $this->core->messages[1]->connection->revision );
		$this->assertNotNull( $seen );
		$this->assertNull( $this->row( Lock::OPTION_PREFIX . 'refresh' ) );
	}

	public function test_a_busy_lock_is_told(): void {
		( new Lock() )->acquire( 'refresh', 60 );
		$this->run_script( array( $this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ), Fake_Core::done() ) );
		$this->assertSame( 'lock_busy', $this->core->messages[1]->event->type );
	}

	public function test_a_lock_is_released_though_the_core_stops(): void {
		$this->run_script( array( $this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ), new Core_Exception( 'core.trap' ) ) );
		$this->assertNull( $this->row( Lock::OPTION_PREFIX . 'refresh' ) );
	}

	public function test_a_lock_is_released_though_something_else_breaks(): void {
		try {
			$this->run_script( array( $this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ), new DomainException( 'a bug' ) ) );
			$this->fail( 'The exception got lost.' );
		} catch ( DomainException ) {
			$this->assertNull( $this->row( Lock::OPTION_PREFIX . 'refresh' ) );
		}
	}

	public function test_an_http_answer_goes_back_with_the_task(): void {
		$this->fake_http( array( 'response' => array( 'code' => 200 ), 'headers' => array( 'content-type' => 'application/json' ), 'body' => "{\"a\":\"\xff\"}" ) );
		$result = $this->run_script(
			array(
				array(
					'effects' => array( $this->http() ),
					'task'    => array( 'stage' => 'exchange' ),
				),
				Fake_Core::done(),
			)
		);
		$message = $this->core->messages[1];
		$this->assertSame( array( 'http_answered', 'token', 200 ), array( $message->event->type, $message->event->id, $message->event->status ) );
		$this->assertSame( "{\"a\":\"\u{FFFD}\"}", $message->event->body );
		$this->assertSame( 'application/json', $message->event->headers->{'content-type'} );
		$this->assertSame( 'exchange', $message->task->stage );
		$this->assertSame( 200, $result->response['status'] );
	}

	public function test_what_was_stored_on_the_way_stays_when_the_way_is_cut(): void {
		$this->fake_http( array( 'response' => array( 'code' => 200 ), 'headers' => array(), 'body' => '{}' ) );
		$result = $this->run_script(
			array(
				array(
					'connection' => array( 'revision' => 1, 'sent' => 'fingerprint' ),
					'effects'    => array( array( 'type' => 'store' ), $this->http() ),
					'task'       => array(),
				),
				new Core_Exception( 'core.trap' ),
			)
		);
		$this->assertFalse( $result->ok() );
		$this->assertSame( '{"revision":1,"sent":"fingerprint"}', $this->storage()->read() );
	}

	public function test_an_unreadable_connection_is_told_instead_of_the_event(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$this->run_script( array( Fake_Core::done( false ) ), array( 'type' => 'tick' ), array(), 'another key, which is long enough as well' );
		$this->assertSame( array( 'connection_unreadable', 'key_changed' ), array( $this->core->messages[0]->event->type, $this->core->messages[0]->event->why ) );
		$this->assertNull( $this->core->messages[0]->connection );
	}

	public function test_reset_goes_through_to_an_unreadable_connection(): void {
		$this->storage()->write( '{"revision":1}', 1 );
		$this->run_script( array( Fake_Core::storing( 1, array( 'fresh' => true ) ) ), array( 'type' => 'reset' ), array(), 'another key, which is long enough as well' );
		$this->assertSame( 'reset', $this->core->messages[0]->event->type );
		$this->assertSame( '{"revision":1,"fresh":true}', $this->storage( 'another key, which is long enough as well' )->read() );
	}

	public function test_others_are_told_after_the_locks_are_released_and_may_start_anew(): void {
		$told = array();
		add_action(
			'connector_for_mautic_connection_lost',
			function ( $status, $code ) use ( &$told ) {
				$told[] = array( $status['status'], $status['last_error']['code'], $code, $this->row( Lock::OPTION_PREFIX . 'refresh' ) );
			},
			10,
			2
		);
		$this->run_script(
			array(
				$this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ),
				array(
					'effects' => array(
						array( 'type' => 'notify', 'code' => 'connection_lost', 'error' => 'token.invalid_grant' ),
						array(
							'type'   => 'answer',
							'ok'     => false,
							'status' => array( 'status' => 'needs_authorization', 'last_error' => array( 'code' => 'token.invalid_grant', 'kind' => 'user', 'at' => 5 ) ),
						),
					),
				),
			)
		);
		$this->assertSame( array( array( 'needs_authorization', 'token.invalid_grant', 'token.invalid_grant', null ) ), $told );
	}

	public function test_the_message_names_the_site(): void {
		add_filter( 'option_siteurl', static fn() => 'https://www.example.test/blog' );
		$this->run_script( array( Fake_Core::done() ) );
		$this->assertSame( 'https://www.example.test/blog', $this->core->messages[0]->site );
	}

	public function test_a_wait_is_of_milliseconds_and_never_a_long_one(): void {
		$before = hrtime( true );
		$this->run_script( array( $this->asking( array( 'type' => 'wait', 'milliseconds' => 120 ) ), Fake_Core::done() ) );
		$this->assertGreaterThanOrEqual( 120, ( hrtime( true ) - $before ) / 1e6 );
		$before = hrtime( true );
		$this->run_script( array( $this->asking( array( 'type' => 'wait', 'milliseconds' => 3600000 ) ), Fake_Core::done() ) );
		$this->assertLessThan( 60000, ( hrtime( true ) - $before ) / 1e6 );
	}

	public function test_a_run_may_wait_two_hundred_times(): void {
		$waits = array_fill( 0, 200, $this->asking( array( 'type' => 'wait', 'milliseconds' => 0 ) ) );
		$this->assertTrue( $this->run_script( array_merge( $waits, array( Fake_Core::done() ) ) )->ok() );
	}

	public function test_a_mail_is_sent_after_the_locks_are_released(): void {
		$sent = array();
		add_filter(
			'pre_wp_mail',
			function ( $handled, $mail ) use ( &$sent ) {
				$sent[] = array( $mail['to'], $this->row( Lock::OPTION_PREFIX . 'refresh' ) );
				return true;
			},
			10,
			2
		);
		$this->run_script(
			array(
				$this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ),
				Fake_Core::done( false, array( array( 'type' => 'mail', 'code' => 'connection_lost', 'since' => 5, 'error' => array( 'code' => 'token.invalid_grant', 'kind' => 'user', 'at' => 5 ) ) ) ),
			)
		);
		$this->assertSame( array( array( get_option( 'admin_email' ), null ) ), $sent );
	}

	public function test_a_listener_that_breaks_does_not_keep_the_mail_from_its_owner(): void {
		$sent = 0;
		add_filter(
			'pre_wp_mail',
			static function () use ( &$sent ) {
				return (bool) ++$sent;
			}
		);
		add_action( 'connector_for_mautic_connection_lost', static fn() => throw new DomainException( 'a bug of another plugin' ) );
		$lost = array(
			array( 'type' => 'notify', 'code' => 'connection_lost', 'error' => 'token.invalid_grant' ),
			array( 'type' => 'mail', 'code' => 'connection_lost', 'since' => 5, 'error' => array( 'code' => 'token.invalid_grant', 'kind' => 'user', 'at' => 5 ) ),
		);
		try {
			$this->run_script( array( Fake_Core::done( false, $lost ) ) );
			$this->fail( 'The exception got lost.' );
		} catch ( DomainException ) {
			$this->assertSame( 1, $sent );
		}
	}

	public function test_a_database_that_takes_no_lock_is_not_taken_for_another_process(): void {
		global $wpdb;
		add_filter(
			'query',
			static function ( $query ) use ( $wpdb ) {
				if ( ! str_contains( $query, Lock::OPTION_PREFIX ) || ! str_starts_with( $query, 'INSERT' ) ) {
					return $query;
				}
				$wpdb->last_error = 'read only';
				return '';
			}
		);
		$this->run_script( array( $this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ), Fake_Core::done( false ) ) );
		$wpdb->last_error = '';
		$this->assertSame( array( 'view', 'store_failed' ), $this->core->events() );
		$this->assertSame( 'read only', $this->core->messages[1]->event->error_message );
		$this->assertSame( 'x', $this->core->messages[1]->task->stage );
	}

	public function test_a_process_does_not_wait_for_itself(): void {
		$inner  = null;
		$events = array();
		$wait   = $this->asking( array( 'type' => 'wait', 'milliseconds' => 100 ) );
		$this->run_script(
			array(
				$this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ),
				function () use ( &$inner, &$events, $wait ) {
					$outer      = $this->core;
					$inner      = $this->run_script( array( $this->asking( array( 'type' => 'lock', 'name' => 'refresh', 'lifetime' => 60 ) ), $wait ) );
					$events     = $this->core->events();
					$this->core = $outer;
					return Fake_Core::done();
				},
			)
		);
		$this->assertSame( 'lock.busy', $inner->error()['code'] );
		$this->assertSame( array( 'view', 'lock_busy' ), $events );
	}

	public function test_a_page_that_sees_nothing_scheduled_schedules_and_a_call_does_not_look(): void {
		wp_clear_scheduled_hook( 'connector_for_mautic_tick' );
		$at     = time() + 3000;
		$answer = array( 'effects' => array( array( 'type' => 'answer', 'ok' => true, 'status' => array( 'status' => 'connected', 'background_renew_at' => $at ) ) ) );
		$this->run_script( array( $answer ), array( 'type' => 'api_call' ) );
		$this->assertFalse( wp_next_scheduled( 'connector_for_mautic_tick' ) );
		$this->run_script( array( $answer ) );
		$this->assertSame( $at, wp_next_scheduled( 'connector_for_mautic_tick' ) );
	}

	/** Lets queries for the connection fail, as by a connection that was lost. */
	private function refuse_to_read( int $times ): void {
		add_filter(
			'query',
			static function ( $query ) use ( &$times ) {
				global $wpdb;
				if ( ! str_starts_with( $query, 'SELECT option_value' ) || ! str_contains( $query, Storage::option_name() ) || --$times < 0 ) {
					return $query;
				}
				$wpdb->flush();
				$wpdb->last_error = 'gone away';
				return '';
			}
		);
	}

	private function run_script( array $script, array $event = array( 'type' => 'view' ), array $overrides = array(), string $key = self::KEY, ?Closure $on_step = null ): Result {
		$this->core = new Fake_Core( $script );
		$runner     = new Runner( Closure::fromCallable( $this->core ), new Storage( new Cipher( $key ) ), new Lock(), new Transport( true ), $overrides );
		return $runner->run( $event, null, $on_step );
	}

	private function asking( array $effect ): array {
		return array(
			'effects' => array( $effect ),
			'task'    => array( 'stage' => 'x' ),
		);
	}

	private function http(): array {
		return array(
			'type'             => 'http',
			'id'               => 'token',
			'method'           => 'POST',
			'url'              => 'https://mautic.example.test/oauth/v2/token',
			'headers'          => array(),
			'body'             => 'x=1',
			'caller'           => false,
			'timeout'          => 15,
			'max_bytes'        => 65536,
			'response_headers' => array( 'content-type' ),
		);
	}

	private function fake_http( array $response ): void {
		remove_all_filters( 'pre_http_request' );
		add_filter( 'pre_http_request', static fn() => $response );
	}
}
