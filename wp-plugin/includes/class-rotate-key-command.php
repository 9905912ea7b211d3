<?php
/**
 * `wp mautic rotate-key`.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

use WP_CLI;

defined( 'ABSPATH' ) || exit;

/**
 * A new key on the command line.
 */
final class Rotate_Key_Command {

	/**
	 * Encrypts what is stored under the key that the site has now.
	 *
	 * The key is made of CONNECTOR_FOR_MAUTIC_KEY if that is set, else of AUTH_KEY
	 * and AUTH_SALT. Change it in wp-config.php first, then run this. Where the
	 * former key was made of AUTH_KEY and AUTH_SALT and those are still there, it
	 * is found. Otherwise it has to be told. Until then, and if anything fails,
	 * what is stored stays as it was.
	 *
	 * ## OPTIONS
	 *
	 * [--old-key=<key>]
	 * : The former CONNECTOR_FOR_MAUTIC_KEY; `-` reads it from standard input,
	 * which keeps it out of the shell's history. There it may also be the former
	 * AUTH_KEY and AUTH_SALT, one a line.
	 *
	 * [--network]
	 * : On every site of the network.
	 *
	 * [--format=<format>]
	 * : `json` prints an object that says on how many sites it was `rotated`,
	 * `unchanged` and `nothing_stored`, and lists as `failed` each `site` with the
	 * error's `code`.
	 *
	 * ## EXAMPLES
	 *
	 *     wp mautic rotate-key --old-key=- < former-key.txt
	 *
	 * @param string[]             $args  None.
	 * @param array<string, mixed> $assoc Options.
	 */
	public function __invoke( $args, $assoc ): void {
		$network = ! empty( $assoc['network'] );
		if ( $network && ! is_multisite() ) {
			Command_Output::misused( __( 'This is no network: leave --network out.', 'connector-for-mautic' ) );
		}
		$former  = self::former_keys( $assoc['old-key'] ?? null );
		$present = Cipher::of_site();
		if ( null === $present ) {
			self::fail( 'connection.key_missing', $assoc );
		}
		$rotation = new Key_Rotation( $present, $former );
		if ( ! $network ) {
			$outcome = self::rotate( $rotation );
			if ( Key_Rotation::ROTATED !== $outcome ) {
				self::fail( $outcome, $assoc );
			}
			self::report( array( get_current_blog_id() => $outcome ), $assoc );
			return;
		}
		$outcomes = array();
		foreach ( self::sites() as $site ) {
			// To switch to a site loads all its options, and most may have nothing of ours.
			$outcomes[ $site ] = Key_Rotation::NOTHING_STORED;
			if ( Network::has_connection( $site ) ) {
				switch_to_blog( $site );
				$outcomes[ $site ] = self::rotate( $rotation );
				restore_current_blog();
			}
		}
		self::report( $outcomes, $assoc );
	}

	/**
	 * Does it on the current site, and has the core see that the connection can be read again.
	 *
	 * @param Key_Rotation $rotation What does it.
	 */
	private static function rotate( Key_Rotation $rotation ): string {
		$outcome = $rotation->run();
		if ( Key_Rotation::ROTATED === $outcome ) {
			Runner::of_site()->run( array( 'type' => 'view' ) );
		}
		return $outcome;
	}

	/**
	 * Keys that the site may have had.
	 *
	 * @param mixed $old_key The option.
	 * @return Cipher[]
	 */
	private static function former_keys( #[\SensitiveParameter] $old_key ): array {
		$former = array_filter( array( Cipher::of_salts() ) );
		if ( null === $old_key ) {
			return $former;
		}
		if ( '-' === $old_key ) {
			$old_key = rtrim( (string) file_get_contents( 'php://stdin' ), "\r\n" );
		}
		if ( ! is_string( $old_key ) || '' === $old_key ) {
			Command_Output::misused( __( '--old-key takes the former key, or “-” with the key on standard input; none was given.', 'connector-for-mautic' ) );
		}
		// As Cipher joins AUTH_KEY and AUTH_SALT.
		return array( new Cipher( $old_key ), new Cipher( (string) preg_replace( '/\R/', '|', $old_key ) ), ...$former );
	}

	/**
	 * The sites of this network.
	 *
	 * @return int[]
	 */
	private static function sites(): array {
		return get_sites(
			array(
				'fields'                 => 'ids',
				'number'                 => 0,
				'network_id'             => get_current_network_id(),
				'update_site_meta_cache' => false,
			)
		);
	}

	/**
	 * Says what came of it, and fails if it failed anywhere.
	 *
	 * @param array<int, string>   $outcomes By site.
	 * @param array<string, mixed> $assoc    Options.
	 */
	private static function report( array $outcomes, array $assoc ): void {
		$is     = static fn( string $which ) => count( array_keys( $outcomes, $which, true ) );
		$counts = array(
			'rotated'        => $is( Key_Rotation::ROTATED ),
			'unchanged'      => $is( Key_Rotation::UNCHANGED ),
			'nothing_stored' => $is( Key_Rotation::NOTHING_STORED ),
		);
		$failed = array_diff( $outcomes, array( Key_Rotation::ROTATED, Key_Rotation::UNCHANGED, Key_Rotation::NOTHING_STORED ) );
		if ( Command_Output::is_json( $assoc ) ) {
			$listed = array();
			foreach ( $failed as $site => $code ) {
				$listed[] = compact( 'site', 'code' );
			}
			WP_CLI::line( (string) wp_json_encode( $counts + array( 'failed' => $listed ) ) );
		} else {
			foreach ( $failed as $site => $code ) {
				/* translators: %d: id of a site */
				WP_CLI::error( sprintf( __( 'Site %d:', 'connector-for-mautic' ), $site ) . ' ' . $code . ': ' . self::sentence( $code ), false );
			}
			$said = sprintf(
				/* translators: 1: number of sites, 2: where the key comes from, 3 and 4: numbers of sites */
				__( 'Encrypted anew on %1$d under the key of %2$s. Already so on %3$d; nothing stored on %4$d.', 'connector-for-mautic' ),
				$counts['rotated'],
				null === Overrides::source( 'key' ) ? 'AUTH_KEY and AUTH_SALT' : Overrides::source( 'key' )['name'],
				$counts['unchanged'],
				$counts['nothing_stored']
			);
			$failed ? WP_CLI::line( $said ) : WP_CLI::success( $said );
		}
		if ( $failed ) {
			WP_CLI::halt( 1 );
		}
	}

	/**
	 * Ends with an error.
	 *
	 * @param string               $code  Its code.
	 * @param array<string, mixed> $assoc Options.
	 */
	private static function fail( string $code, array $assoc ): never {
		Command_Output::stop( $code, self::sentence( $code ), 'user', $assoc );
	}

	/**
	 * What an error means, and what to do.
	 *
	 * @param string $code Its code.
	 */
	private static function sentence( string $code ): string {
		switch ( $code ) {
			case Key_Rotation::UNCHANGED:
				return __( 'What is stored is already encrypted under the key that this site has now. Nothing was changed.', 'connector-for-mautic' );
			case Key_Rotation::NOTHING_STORED:
				return __( 'Nothing is stored here that could be encrypted anew.', 'connector-for-mautic' );
			case Key_Rotation::UNKNOWN_KEY:
				return __( 'What is stored was encrypted under another key than those known here. Nothing was changed. Give the former key with --old-key=- on standard input: the former CONNECTOR_FOR_MAUTIC_KEY, or the former AUTH_KEY and AUTH_SALT, one a line.', 'connector-for-mautic' );
			default:
				return Messages::text( array( 'code' => $code ) );
		}
	}
}
