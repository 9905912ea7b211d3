<?php
/**
 * Which addresses may be connected to.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Address_Policy;

final class AddressPolicyTest extends Plugin_Case {

	/** @dataProvider addresses */
	public function test_an_address( string $address, bool $public, bool $with_private ): void {
		$this->assertSame( $public, Address_Policy::allows( $address, false ) );
		$this->assertSame( $with_private, Address_Policy::allows( $address, true ) );
	}

	/** Those that the core judges too, where one is typed: core/base_url.rs. */
	public function addresses(): array {
		$known = json_decode( file_get_contents( dirname( __DIR__ ) . '/addresses.json' ), true );
		$cases = array(
			'a name'  => array( 'localhost', false, false ),
			'nothing' => array( '', false, false ),
		);
		foreach ( $known as $kind => $addresses ) {
			foreach ( $addresses as $address ) {
				$cases[ $address ] = array( $address, 'public' === $kind, 'refused' !== $kind );
			}
		}
		return $cases;
	}

	public function test_names_are_resolved_and_unknown_ones_are_not(): void {
		$this->assertSame( array( '127.0.0.1' ), Address_Policy::resolve( '127.0.0.1' ) );
		$this->assertContains( '127.0.0.1', Address_Policy::resolve( 'localhost' ) );
		$this->assertSame( array(), Address_Policy::resolve( 'mautic.invalid' ) );
	}
}
