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

	public function addresses(): array {
		$always  = array( '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '169.253.255.255', '169.255.0.0', '223.255.255.255', '2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101' );
		$private = array( '127.0.0.1', '127.255.255.254', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '::1', 'fc00::1', 'fd12::1', '::ffff:10.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::' );
		$never   = array( '0.0.0.0', '169.254.169.254', '169.254.0.0', '169.254.255.255', '224.0.0.1', '255.255.255.255', '240.0.0.1', '100.100.100.200', '168.63.129.16', '192.0.0.192', '::', 'fe80::1', 'febf::1', 'ff02::1', 'fd00:ec2::254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', 'localhost', '' );
		$cases   = array();
		foreach ( $always as $address ) {
			$cases[ $address ] = array( $address, true, true );
		}
		foreach ( $private as $address ) {
			$cases[ $address ] = array( $address, false, true );
		}
		foreach ( $never as $address ) {
			$cases[ $address ] = array( $address, false, false );
		}
		return $cases;
	}

	public function test_names_are_resolved_and_unknown_ones_are_not(): void {
		$this->assertSame( array( '127.0.0.1' ), Address_Policy::resolve( '127.0.0.1' ) );
		$this->assertContains( '127.0.0.1', Address_Policy::resolve( 'localhost' ) );
		$this->assertSame( array(), Address_Policy::resolve( 'mautic.invalid' ) );
	}
}
