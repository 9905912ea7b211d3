<?php
/**
 * Who gets in through WP-CLI: whoever may run programs on the server as the site's own user, and so could read
 * wp-config.php. It asks for no password, no nonce and no capability, and `--user` only names somebody.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Storage;

/** @group wp-cli */
final class CommandAccessTest extends Access_Case {

	/** What each command is given, and how it ends for a subscriber; CommandTest has them without a user. */
	private const COMMANDS = array(
		'mautic status'        => array( 0 ),
		'mautic log'           => array( 0 ),
		'mautic test'          => array( 0 ),
		'mautic request'       => array( 0, 'GET', 'contacts' ),
		'mautic refresh'       => array( 0 ),
		'mautic configure'     => array( 0, '--notify-lost=no' ),
		// Nothing to answer, and nothing to encrypt anew.
		'mautic site-moved'    => array( 1 ),
		'mautic site-copied'   => array( 1 ),
		'mautic rotate-key'    => array( 1 ),
		'mautic disconnect'    => array( 0 ),
		'mautic reset'         => array( 0, '--yes' ),
		'mautic authorize-url' => array( null ),
	);

	public function test_every_command_has_a_row(): void {
		$this->assertEqualsCanonicalizing( array_keys( self::COMMANDS ), $this->for_good( array( Ways_In::class, 'commands' ) ) );
	}

	public function test_a_shell_is_the_right_and_a_user_takes_none_away(): void {
		foreach ( array_filter( self::COMMANDS, static fn( $row ) => null !== $row[0] ) as $command => $row ) {
			$arguments                        = array_slice( $row, 1 );
			list( $status, $output, $errors ) = $this->wp_cli( array( ...explode( ' ', $command ), ...$arguments, ...array( '--user=subscriber' ) ) );
			$this->assertSame( $row[0], $status, "$command: $output$errors" );
			$this->assert_no_secret( array( 'body' => $output . $errors, 'headers' => array() ), $command );
		}
		$this->assertSame( 'not_configured', connector_for_mautic_status()['status'], 'and it was no mere show' );
	}

	/** The one command that is for a user: whose authorization it is. */
	public function test_an_authorization_needs_a_user_and_one_who_may_come_back(): void {
		list( $status, , $errors ) = $this->wp_cli( array( 'mautic', 'authorize-url' ) );
		$this->assertSame( 2, $status );
		$this->assertStringContainsString( 'authorize.user_missing', $errors );
		$this->assert_untouched( 'nobody' );

		list( $status, $output ) = $this->wp_cli( array( 'mautic', 'authorize-url', '--user=subscriber' ) );
		$this->assertSame( 0, $status );
		parse_str( (string) wp_parse_url( trim( $output ), PHP_URL_QUERY ), $sent );
		$code = self::$mautic->control( 'POST', 'tokens', array( 'kind' => 'code', 'client_id' => Stand_In::CLIENT_ID, 'user' => 'admin', 'redirect_uri' => $sent['redirect_uri'] ) )['value'];
		$row  = $this->row( Storage::option_name() );
		// They would have to come back as who they are, and may not; nobody else can in their place.
		foreach ( array( 'subscriber' => 403, 'administrator' => 303 ) as $who => $expected ) {
			$answer = $this->ask( 'GET', '/wp-admin/admin.php?' . http_build_query( array( 'state' => $sent['state'], 'code' => $code ) ), array( $this->for_good( static fn() => self::log_in( $who ) )[0] ) );
			$this->assertSame( $expected, $answer['status'] );
			$this->assertSame( $row, $this->row( Storage::option_name() ) );
			$this->assertSame( array(), self::$mautic->requests() );
		}
	}
}
