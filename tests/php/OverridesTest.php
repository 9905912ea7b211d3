<?php
/**
 * Settings from outside the database.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Overrides;

final class OverridesTest extends Plugin_Case {

	protected function tearDown(): void {
		foreach ( array( 'BASE_URL', 'CLIENT_ID', 'REFRESH_TOKEN_LIFETIME_DAYS', 'TOKEN_IN_QUERY', 'ALLOW_HTTP' ) as $name ) {
			putenv( "CONNECTOR_FOR_MAUTIC_$name" );
		}
		parent::tearDown();
	}

	public function test_without_any_only_the_policy_is_there(): void {
		$this->assertSame(
			array(
				'allow_http'          => false,
				'allow_private_hosts' => true,
			),
			Overrides::all()
		);
	}

	public function test_the_environment_goes_before_a_constant(): void {
		$this->assertSame( array( 'constant', 'from the constant' ), $this->with_constant() );
		putenv( 'CONNECTOR_FOR_MAUTIC_CLIENT_ID=from the environment' );
		$this->assertSame( array( 'environment', 'from the environment' ), $this->with_constant() );
	}

	/** @return array{0: string, 1: string} Kind of the source and value of the client id, in a process of its own. */
	private function with_constant(): array {
		$code            = 'define( "CONNECTOR_FOR_MAUTIC_CLIENT_ID", "from the constant" ); $_SERVER["HTTP_HOST"] = "x"; require %s;
			echo json_encode( array( Connector_For_Mautic\Overrides::source( "client_id" )["kind"], Connector_For_Mautic\Overrides::all()["client_id"] ) );';
		list( , $output ) = $this->php( '-r', sprintf( $code, var_export( SITE . '/wp-load.php', true ) ) );
		return json_decode( $output, true );
	}

	public function test_a_lifetime_goes_to_the_core_as_it_was_written(): void {
		putenv( 'CONNECTOR_FOR_MAUTIC_REFRESH_TOKEN_LIFETIME_DAYS=nonsense' );
		$this->assertSame( 'nonsense', Overrides::all()['refresh_token_lifetime_days'] );
	}

	/**
	 * @testWith ["1", true]
	 *           ["true", true]
	 *           ["0", false]
	 *           ["false", false]
	 *           ["", false]
	 */
	public function test_a_switch_is_read_as_people_write_it( string $value, bool $expected ): void {
		putenv( "CONNECTOR_FOR_MAUTIC_ALLOW_HTTP=$value" );
		putenv( "CONNECTOR_FOR_MAUTIC_TOKEN_IN_QUERY=$value" );
		$this->assertSame( $expected, Overrides::policy()['allow_http'] );
		$this->assertSame( $expected, Overrides::all()['token_in_query'] );
	}
}
