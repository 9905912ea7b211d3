<?php
/**
 * Constants of a network.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Overrides;

final class OverridesTest extends Network_Case {

	private const SECRETS = array(
		'client_secret' => 'secret-of-the-network',
		'password'      => 'password-of-the-network',
	);

	protected function tearDown(): void {
		foreach ( array( 'base_url', 'username', ...array_keys( self::SECRETS ) ) as $name ) {
			putenv( 'CONNECTOR_FOR_MAUTIC_' . strtoupper( $name ) );
		}
		parent::tearDown();
	}

	private function set( array $values ): void {
		foreach ( $values as $name => $value ) {
			putenv( 'CONNECTOR_FOR_MAUTIC_' . strtoupper( $name ) . "=$value" );
		}
	}

	public function test_a_secret_of_the_network_is_not_for_a_server_that_a_site_names(): void {
		$this->set( self::SECRETS + array( 'username' => 'ada' ) );
		$this->on(
			self::site( 'one' ),
			function (): void {
				$this->assertSame( 'ada', Overrides::all()['username'] );
				$this->assertSame( array(), array_intersect_key( Overrides::all(), self::SECRETS ) );
				// Their fields are the site's own then.
				$page = $this->dom( $this->page() );
				foreach ( array_keys( self::SECRETS ) as $name ) {
					$this->assertSame( 1.0, $page->evaluate( "count(//input[@name = '$name'][not(@disabled)])" ) );
				}
				$this->assertSame( 1.0, $page->evaluate( "count(//input[@name = 'username'][@disabled])" ) );
			}
		);
	}

	public function test_with_the_base_url_it_is_every_sites(): void {
		$this->set( self::SECRETS + array( 'base_url' => 'https://mautic.example.test' ) );
		foreach ( self::SITES as $name ) {
			$this->on( self::site( $name ), fn() => $this->assertSame( self::SECRETS, array_intersect_key( Overrides::all(), self::SECRETS ) ) );
		}
	}
}
