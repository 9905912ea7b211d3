<?php
/**
 * What the owner reads in the mail.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Mailer;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Settings_Page;

final class MailerTest extends Plugin_Case {

	/** @var array<int, array> What was sent. */
	private array $sent = array();

	protected function setUp(): void {
		parent::setUp();
		add_filter(
			'pre_wp_mail',
			function ( $handled, $mail ) {
				$this->sent[] = $mail;
				return true;
			},
			10,
			2
		);
	}

	public function test_a_lost_connection_is_told_with_what_broke_since_when_and_what_to_do(): void {
		update_option( 'timezone_string', 'Asia/Tokyo' );
		update_option( 'blogname', 'Ann &amp; Bob’s &lt;shop&gt;' );
		$since = time() - 7200;
		$this->send( 'connection_lost', $since );
		$this->assertCount( 1, $this->sent );
		list( $mail ) = $this->sent;
		$this->assertSame( get_option( 'admin_email' ), $mail['to'] );
		$this->assertSame( '[Ann & Bob’s <shop>] Connector for Mautic: the connection is lost', $mail['subject'] );
		foreach ( array( 'Mautic no longer accepts this site’s tokens', 'Press Authorize', wp_date( get_option( 'time_format' ) . ' T', $since ), Settings_Page::url(), home_url( '/' ), 'https://mautic.example.test' ) as $part ) {
			$this->assertStringContainsString( $part, $mail['message'] );
		}
		$this->assertStringNotContainsString( '<', $mail['message'] );
	}

	public function test_a_mail_holds_nothing_that_came_from_elsewhere(): void {
		$this->send( 'connection_lost', time(), array( 'code' => 'token.html', 'kind' => 'transient', 'detail' => 'Buy now https://evil.example', 'at' => time() ) );
		$this->assertStringNotContainsString( 'evil', $this->sent[0]['message'] );
		$this->assertStringContainsString( 'a web page came back', $this->sent[0]['message'] );
	}

	public function test_what_may_pass_is_not_called_lost(): void {
		$this->send( 'connection_lost', time(), array( 'code' => 'token.html', 'kind' => 'transient', 'retry_at' => time() + 900, 'at' => time() ), 'attention' );
		$this->assertStringNotContainsString( 'lost', $this->sent[0]['subject'] );
		$this->assertStringContainsString( 'needs attention', $this->sent[0]['subject'] );
		$this->assertStringContainsString( 'The connection is kept.', $this->sent[0]['message'] );
		$this->assertStringNotContainsString( 'next try', $this->sent[0]['message'] );
	}

	public function test_a_connection_that_works_again_is_told(): void {
		$since = time() - 7200;
		$this->send( 'recovered', $since, null );
		$this->assertStringContainsString( 'works again', $this->sent[0]['subject'] );
		$this->assertStringContainsString( wp_date( get_option( 'time_format' ) . ' T', $since ), $this->sent[0]['message'] );
		$this->assertStringNotContainsString( ' ago', $this->sent[0]['message'] );
		$this->assertStringContainsString( 'nothing to do', $this->sent[0]['message'] );
	}

	public function test_others_can_change_a_mail(): void {
		add_filter(
			'connector_for_mautic_mail',
			function ( $mail, $code ) {
				$this->assertSame( 'connection_lost', $code );
				return array( 'to' => array( 'a@example.test', 'b@example.test' ), 'headers' => array( 'X-Team: web' ) ) + $mail;
			},
			10,
			2
		);
		$this->send( 'connection_lost', time() );
		$this->assertSame( array( 'a@example.test', 'b@example.test' ), $this->sent[0]['to'] );
		$this->assertSame( array( 'X-Team: web' ), $this->sent[0]['headers'] );
		$this->assertStringContainsString( 'is lost', $this->sent[0]['subject'] );
	}

	/** @dataProvider refusals */
	public function test_others_can_stop_a_mail( $filtered ): void {
		add_filter( 'connector_for_mautic_mail', static fn() => $filtered );
		$this->send( 'connection_lost', time() );
		$this->assertSame( array(), $this->sent );
	}

	public function refusals(): array {
		return array(
			'an empty array' => array( array() ),
			'no recipient'   => array( array( 'to' => '', 'subject' => 'x' ) ),
			'no mail at all' => array( false ),
		);
	}

	public function test_a_mail_that_cannot_be_sent_breaks_nothing(): void {
		remove_all_filters( 'pre_wp_mail' );
		add_filter( 'pre_wp_mail', '__return_false' );
		$this->send( 'connection_lost', time() );
		remove_all_filters( 'pre_wp_mail' );
		add_filter( 'pre_wp_mail', static fn() => throw new RuntimeException( 'password of the mail server' ) );
		$told = array();
		add_action(
			'wp_trigger_error_run',
			static function ( $function, $message ) use ( &$told ) {
				$told[] = $message;
			},
			10,
			2
		);
		set_error_handler( '__return_true', E_USER_NOTICE );
		$this->send( 'connection_lost', time() );
		restore_error_handler();
		$this->assertSame( array( 'Connector for Mautic could not send an e-mail: RuntimeException' ), $told );
	}

	public function test_the_words_are_in_the_sites_language_and_the_visitors_comes_back(): void {
		wp_set_current_user( 1 );
		wp_get_current_user()->locale = 'de_DE';
		set_current_screen( 'dashboard' );
		add_filter( 'gettext_connector-for-mautic', static fn( $text ) => determine_locale() . ' ' . $text );
		try {
			$this->assertSame( 'de_DE', determine_locale() );
			$this->send( 'recovered', time() );
			$this->assertSame( 'de_DE', determine_locale() );
		} finally {
			unset( $GLOBALS['current_screen'] );
		}
		$this->assertStringStartsWith( 'en_US ', $this->sent[0]['message'] );
		$this->assertStringNotContainsString( 'de_DE', $this->sent[0]['subject'] . $this->sent[0]['message'] );
	}

	private function send( string $code, int $since, ?array $error = array( 'code' => 'token.invalid_grant', 'kind' => 'user', 'at' => 5 ), string $where = 'needs_authorization' ): void {
		$effect = array( 'type' => 'mail', 'code' => $code, 'since' => $since );
		$status = array( 'status' => $where, 'base_url' => 'https://mautic.example.test' );
		Mailer::send( null === $error ? $effect : $effect + compact( 'error' ), new Result( array( 'ok' => false, 'status' => $status ) ) );
	}
}
