<?php
/**
 * What the plugin directory wants of header and readme.
 *
 * @package Connector_For_Mautic
 */

/**
 * Each rule takes a plugin's folder and lists what is against it: in our words what "Plugin Check" looks for in
 * its checks plugin_header_fields, plugin_readme and trademarks, and what the guidelines want the readme to say.
 */
final class Readme_Rules {

	/** Sections that a readme has, in their order. */
	private const SECTIONS = array( 'Description', 'External services', 'Privacy', 'Installation', 'Frequently Asked Questions', 'Screenshots', 'Changelog', 'Upgrade Notice' );

	/** Marks of others that no name may begin with, and words that say nothing. */
	private const MARKS = '/^(mautic|acquia|wordpress|wp|woocommerce|woo|plugin|google|facebook|jetpack|gutenberg|elementor|yoast|oauth|api)\b/i';

	/** @return array<string, callable(Plugin_Folder): string[]> By what the rule says. */
	public static function all(): array {
		return array(
			'the header has its fields'        => self::header( ... ),
			'header and readme agree'          => self::agreement( ... ),
			'the readme has its fields'        => self::fields( ... ),
			'the readme has its sections'      => self::sections( ... ),
			'the readme can be shown'          => self::prose( ... ),
			'name and slug are our own'        => self::marks( ... ),
			'external services are explained'  => self::services( ... ),
			'screenshots have their captions'  => self::screenshots( ... ),
		);
	}

	/** @return array<string, string> The main file's header by field. */
	private static function header_of( Plugin_Folder $folder ): array {
		$fields = array();
		foreach ( explode( "\n", strstr( $folder->files[ "{$folder->slug()}.php" ] ?? '', '*/', true ) ?: '' ) as $line ) {
			if ( preg_match( '/^ \* ([A-Z][A-Za-z ]+):\s+(\S.*)$/', $line, $field ) ) {
				$fields[ $field[1] ] = $field[2];
			}
		}
		return $fields;
	}

	/** @return array<string, string> The readme's fields; `name`, `short`, and the sections as `== Name`. */
	private static function readme_of( Plugin_Folder $folder ): array {
		$parts = preg_split( '/^== (.+) ==$/m', $folder->files['readme.txt'] ?? '', -1, PREG_SPLIT_DELIM_CAPTURE );
		$found = array();
		preg_match( '/\A=== (.+) ===\n((?:[A-Z][A-Za-z ]+: .+\n)+)\n(.+)\n/', $parts[0], $top );
		$found['name']  = $top[1] ?? '';
		$found['short'] = $top[3] ?? '';
		foreach ( explode( "\n", trim( $top[2] ?? '' ) ) as $line ) {
			list( $field, $value ) = array_pad( explode( ': ', $line, 2 ), 2, '' );
			$found[ $field ]       = $value;
		}
		for ( $i = 1; $i < count( $parts ); $i += 2 ) {
			$found[ "== $parts[$i]" ] = trim( $parts[ $i + 1 ] );
		}
		return $found;
	}

	private static function header( Plugin_Folder $folder ): array {
		$header   = self::header_of( $folder );
		$patterns = array(
			'Plugin Name'       => '/^\S.{3,}$/',
			'Description'       => '/^.{20,140}$/',
			'Version'           => '/^\d+\.\d+(\.\d+)?$/',
			'Requires at least' => '/^\d+\.\d(\.\d+)?$/',
			'Requires PHP'      => '/^\d+\.\d+(\.\d+)?$/',
			'Author'            => '/^\S.+$/',
			'License'           => '/^GPL-2\.0-or-later$/',
			'License URI'       => '~^https://www\.gnu\.org/licenses/~',
			'Text Domain'       => '/^' . preg_quote( $folder->slug(), '/' ) . '$/',
		);
		$found    = array();
		foreach ( $patterns as $field => $pattern ) {
			if ( ! preg_match( $pattern, $header[ $field ] ?? '' ) ) {
				$found[] = "$field: " . ( $header[ $field ] ?? 'missing' );
			}
		}
		$path = $header['Domain Path'] ?? null;
		if ( null !== $path && ( ! str_starts_with( $path, '/' ) || ! is_dir( $folder->path . $path ) ) ) {
			$found[] = "Domain Path: $path";
		}
		foreach ( array( 'Network', 'Update URI', 'Requires Plugins', 'GitHub Plugin URI', 'Gitlab Plugin URI' ) as $field ) {
			if ( isset( $header[ $field ] ) && ( 'Network' !== $field || 'true' !== $header[ $field ] ) ) {
				$found[] = "$field: not for the directory";
			}
		}
		return $found;
	}

	private static function agreement( Plugin_Folder $folder ): array {
		$header = self::header_of( $folder );
		$readme = self::readme_of( $folder );
		$found  = array();
		foreach ( array( 'Plugin Name' => 'name', 'Version' => 'Stable tag', 'Requires at least' => 'Requires at least', 'Requires PHP' => 'Requires PHP', 'License' => 'License', 'License URI' => 'License URI' ) as $there => $here ) {
			if ( ( $header[ $there ] ?? '' ) !== ( $readme[ $here ] ?? '' ) ) {
				$found[] = "$here: " . ( $readme[ $here ] ?? 'missing' ) . ', and in the header ' . ( $header[ $there ] ?? 'missing' );
			}
		}
		if ( ! str_contains( $folder->files[ "{$folder->slug()}.php" ] ?? '', "_VERSION', '" . ( $header['Version'] ?? '' ) . "'" ) ) {
			$found[] = 'Version: another one than the constant';
		}
		if ( ! str_contains( $readme['== Changelog'] ?? '', '= ' . ( $header['Version'] ?? '' ) . ' =' ) ) {
			$found[] = 'Changelog: nothing of this version';
		}
		return $found;
	}

	private static function fields( Plugin_Folder $folder ): array {
		$readme = self::readme_of( $folder );
		preg_match( "/wp_version = '(\d+\.\d+)/", file_get_contents( WORDPRESS . '/wp-includes/version.php' ), $current );
		$found = array();
		$tags  = array_filter( explode( ', ', $readme['Tags'] ?? '' ) );
		if ( count( $tags ) < 1 || count( $tags ) > 5 || count( array_unique( $tags ) ) !== count( $tags ) || array_intersect( $tags, array( 'plugin', 'wordpress', 'tag1' ) ) ) {
			$found[] = 'Tags: one to five';
		}
		if ( strlen( $readme['short'] ) > 150 || strlen( $readme['short'] ) < 30 || preg_match( '/[*`_<\[]/', $readme['short'] ) ) {
			$found[] = 'short description: ' . strlen( $readme['short'] ) . ' characters, or marks in it';
		}
		if ( ! preg_match( '/^[a-z0-9_.@-]+(, [a-z0-9_.@-]+)*$/i', $readme['Contributors'] ?? '' ) ) {
			$found[] = 'Contributors: names of accounts';
		}
		if ( ( $readme['Tested up to'] ?? '' ) !== $current[1] ) {
			$found[] = 'Tested up to: not the current WordPress, ' . $current[1];
		}
		if ( ! preg_match( '/^\d+(\.\d+)+$/', $readme['Stable tag'] ?? '' ) ) {
			$found[] = 'Stable tag: no version';
		}
		return $found;
	}

	private static function sections( Plugin_Folder $folder ): array {
		$readme = self::readme_of( $folder );
		$there  = array_values( array_filter( array_keys( $readme ), static fn( $name ) => str_starts_with( $name, '== ' ) ) );
		$wanted = array_map( static fn( $name ) => "== $name", self::SECTIONS );
		$found  = $there === $wanted ? array() : array( 'sections: ' . implode( ', ', array_merge( array_diff( $wanted, $there ), array_diff( $there, $wanted ) ) ?: array( 'in another order' ) ) );
		foreach ( $there as $name ) {
			if ( strlen( $readme[ $name ] ) < 40 ) {
				$found[] = substr( $name, 3 ) . ': empty';
			}
		}
		foreach ( preg_split( '/^= .+ =$/m', $readme['== Upgrade Notice'] ?? '', -1, PREG_SPLIT_NO_EMPTY ) as $notice ) {
			if ( strlen( trim( $notice ) ) > 300 ) {
				$found[] = 'Upgrade Notice: more than 300 characters';
			}
		}
		return $found;
	}

	private static function prose( Plugin_Folder $folder ): array {
		$text  = $folder->files['readme.txt'] ?? '';
		$found = array();
		if ( strlen( $text ) > 30000 ) {
			$found[] = 'readme.txt: ' . strlen( $text ) . ' bytes';
		}
		foreach ( array( '/lorem ipsum|your plugin|example\.com\/plugin|Here is a short description|TODO|coming soon/i' => 'text of a template', '/<(?!\?)[a-z][^>]*>/i' => 'HTML', '/!\[/' => 'a picture', '~http://~' => 'an address without encryption' ) as $pattern => $what ) {
			if ( preg_match( $pattern, $text, $match, PREG_OFFSET_CAPTURE ) ) {
				$found[] = 'readme.txt:' . ( 1 + substr_count( $text, "\n", 0, $match[0][1] ) ) . ": $what";
			}
		}
		return $found;
	}

	private static function marks( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( array( $folder->slug(), self::readme_of( $folder )['name'], self::header_of( $folder )['Plugin Name'] ?? '' ) as $name ) {
			if ( preg_match( self::MARKS, $name ) ) {
				$found[] = "$name: begins with another's mark";
			}
		}
		if ( ! preg_match( '/not affiliated with/', $folder->files['readme.txt'] ?? '' ) ) {
			$found[] = 'readme.txt: does not say that it is not affiliated';
		}
		return $found;
	}

	/** What is sent to whom, when and why, with links to what those say of it. */
	private static function services( Plugin_Folder $folder ): array {
		$text  = self::readme_of( $folder )['== External services'] ?? '';
		$found = array();
		foreach ( array( '/oauth\/v2\/token/', '/oauth\/v2\/authorize/', '/\/api\//', '/when/i', '/terms/i', '/privacy/i', '/Nothing else leaves the site/', '/Site Health/' ) as $needed ) {
			if ( ! preg_match( $needed, $text ) ) {
				$found[] = "External services: nothing of $needed";
			}
		}
		return $found;
	}

	/** As many captions as there are pictures for the directory. */
	private static function screenshots( Plugin_Folder $folder ): array {
		preg_match_all( '/^(\d+)\. \S/m', self::readme_of( $folder )['== Screenshots'] ?? '', $captions );
		$pictures = array_map( static fn( $file ) => preg_replace( '/\D/', '', basename( $file ) ), glob( ASSETS . '/screenshot-*.png' ) );
		sort( $pictures, SORT_NUMERIC );
		return $captions[1] && $captions[1] === $pictures ? array() : array( 'Screenshots: captions ' . implode( ', ', $captions[1] ) . ', pictures ' . implode( ', ', $pictures ) );
	}
}
