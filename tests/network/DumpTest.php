<?php
/**
 * A dump of a network's database, the tables of all sites and of the network: no secret of any of them.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;

final class DumpTest extends Network_Case {

	public function test_no_secret_of_any_site_is_in_any_table(): void {
		$secrets = array(
			AUTH_KEY  => 'AUTH_KEY',
			AUTH_SALT => 'AUTH_SALT',
			Closure::bind( static fn() => Cipher::of_site()->key, null, Cipher::class )() => 'the key',
		);
		foreach ( self::SITES as $name ) {
			$this->connect( $this->site( $name ), "$name.mautic.test" );
			$document = $this->on( $this->site( $name ), fn() => json_decode( ( new Connector_For_Mautic\Storage( Cipher::of_site() ) )->read() ) );
			$secrets += array(
				$document->settings->client_secret => "$name's client secret",
				$document->grant->access_token     => "$name's access token",
				$document->grant->refresh_token    => "$name's refresh token",
			);
			// Another one is under way.
			$url = $this->on( $this->site( $name ), static fn() => Runner::of_site()->run( Form_Handler::authorize_event() )->redirect );
			parse_str( wp_parse_url( $url, PHP_URL_QUERY ), $query );
			$secrets[ $query['state'] ] = "$name's state";
		}
		$this->assertCount( 3 + 4 * count( self::SITES ), $secrets );
		$this->assertSame( array(), Dump::search( $secrets ) );

		update_site_option( 'planted', base64_encode( 'x' . array_key_last( $secrets ) . 'yy' ) );
		$this->assertSame( array( "three's state in wp_sitemeta" ), Dump::search( $secrets ) );
	}
}
