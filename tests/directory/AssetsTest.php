<?php
/**
 * The pictures that the directory shows beside the plugin.
 *
 * @package Connector_For_Mautic
 */

final class AssetsTest extends PHPUnit\Framework\TestCase {

	/** @dataProvider pictures */
	public function test_it_has_the_size_that_the_directory_wants( string $name, int $width, int $height ): void {
		list( $is_width, $is_height, $type ) = getimagesize( ASSETS . "/$name" );
		$this->assertSame( array( $width, $height, IMAGETYPE_PNG ), array( $is_width, $is_height, $type ) );
		$this->assertLessThan( str_starts_with( $name, 'icon' ) ? 1_000_000 : 4_000_000, filesize( ASSETS . "/$name" ) );
	}

	public function pictures(): array {
		return array(
			array( 'icon-128x128.png', 128, 128 ),
			array( 'icon-256x256.png', 256, 256 ),
			array( 'banner-772x250.png', 772, 250 ),
			array( 'banner-1544x500.png', 1544, 500 ),
		);
	}

	/** As scripts/assets.sh cuts them out of the documentation's. */
	public function test_screenshots_are_the_parts_that_are_meant_and_light(): void {
		preg_match_all( "/^\t'[\w-]+ \d+ \d+ (\d+) (\d+)'$/m", file_get_contents( dirname( __DIR__, 2 ) . '/scripts/assets.sh' ), $cuts, PREG_SET_ORDER );
		$this->assertCount( count( glob( ASSETS . '/screenshot-*' ) ), $cuts );
		foreach ( $cuts as $i => list( , $width, $height ) ) {
			$picture = ASSETS . '/screenshot-' . ( $i + 1 ) . '.png';
			$this->assertSame( array( (int) $width, (int) $height ), array_slice( getimagesize( $picture ), 0, 2 ), "$picture: run scripts/assets.sh" );
			$this->assertLessThan( 200_000, filesize( $picture ), $picture );
		}
	}

	/** Nothing is loaded, and no letter is drawn: neither a font nor a mark is anybody's. */
	public function test_drawings_are_our_own(): void {
		foreach ( array( 'icon', 'banner' ) as $name ) {
			$svg = simplexml_load_file( ASSETS . "/$name.svg" );
			$this->assertSame( array(), $svg->xpath( '//*[local-name()="text" or local-name()="image" or local-name()="script" or local-name()="foreignObject"]' ) );
			$this->assertDoesNotMatchRegularExpression( '~(href|src|@import|font)~', file_get_contents( ASSETS . "/$name.svg" ) );
		}
	}
}
