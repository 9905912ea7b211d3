<?php
/**
 * What the plugin directory wants of files.
 *
 * @package Connector_For_Mautic
 */

/**
 * Each rule takes a plugin's folder, with its zip beside it, and lists what is against it: in our words what
 * "Plugin Check" looks for in its checks file_type, minified_files and code_obfuscation, and what the
 * guidelines say of size and licence.
 */
final class File_Rules {

	/** Endings of archives and of programs. `.wasm` is none of them; its source is public. */
	private const ENDINGS = array( 'zip', 'gz', 'tgz', 'rar', 'tar', '7z', 'bz2', 'phar', 'a', 'bin', 'bpk', 'deploy', 'dist', 'distz', 'dmg', 'dms', 'dump', 'elc', 'exe', 'iso', 'lha', 'lrf', 'lzh', 'o', 'obj', 'pkg', 'sh', 'so', 'dll', 'bat', 'map', 'sql', 'log', 'bak', 'orig', 'swp' );

	/** Folders of tools that are no part of a plugin. */
	private const FOLDERS = '~(^|/)(\.[^/]*|node_modules|tests?|__MACOSX|CVS|\.github|docs?|src-tauri)(/|$)~';

	/** Libraries that WordPress brings along. */
	private const LIBRARIES = '~(^|/)(jquery|underscore|backbone|react|react-dom|lodash|moment|class-phpmailer|class-simplepie|class-pclzip|getid3)([.-][^/]*)?\.(js|php)$~i';

	/** Bytes of the zip at most. */
	private const ZIP = 10_000_000;

	/** What a person can read has lines; without a reason, none of scripts and styles is longer. */
	private const LONGEST_LINE = 400;

	/** @return array<string, callable(Plugin_Folder): string[]> By what the rule says. */
	public static function all(): array {
		return array(
			'only files that belong into a plugin'  => self::kinds( ... ),
			'names that every system can read'      => self::names( ... ),
			'plain files with plain permissions'    => self::permissions( ... ),
			'texts are UTF-8 with plain line ends'  => self::texts( ... ),
			'scripts and styles can be read'        => self::readable( ... ),
			'the licence is there'                  => self::licence( ... ),
			'the zip holds the folder, and is small' => self::zip( ... ),
		);
	}

	private static function kinds( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( array_keys( $folder->files ) as $name ) {
			$hidden = str_starts_with( basename( $name ), '.' ) || preg_match( self::FOLDERS, dirname( $name ) . '/' );
			if ( $hidden && '.' !== dirname( $name ) || str_starts_with( $name, '.' ) ) {
				$found[] = "$name: hidden, or of a developer's tools";
			} elseif ( in_array( strtolower( pathinfo( $name, PATHINFO_EXTENSION ) ), self::ENDINGS, true ) ) {
				$found[] = "$name: an archive, a program or a leftover";
			} elseif ( preg_match( '~^[^/]+\.md$~i', $name ) ) {
				$found[] = "$name: readme.txt speaks for the plugin";
			} elseif ( preg_match( self::LIBRARIES, $name ) ) {
				$found[] = "$name: WordPress has this library";
			}
		}
		return $found;
	}

	private static function names( Plugin_Folder $folder ): array {
		$found = array();
		$lower = array();
		foreach ( array_keys( $folder->files ) as $name ) {
			if ( ! preg_match( '~^[A-Za-z0-9_./-]+$~', $name ) ) {
				$found[] = "$name: a space or a special character";
			}
			if ( strlen( "{$folder->slug()}/$name" ) > 150 ) {
				$found[] = "$name: too long";
			}
			if ( isset( $lower[ strtolower( $name ) ] ) ) {
				$found[] = "$name: the same as {$lower[ strtolower( $name ) ]} where case does not count";
			}
			$lower[ strtolower( $name ) ] = $name;
		}
		return $found;
	}

	private static function permissions( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( array_keys( $folder->files ) as $name ) {
			$path = "$folder->path/$name";
			if ( is_link( $path ) ) {
				$found[] = "$name: a link";
			} elseif ( fileperms( $path ) & 0111 ) {
				$found[] = "$name: can be executed";
			}
		}
		return $found;
	}

	private static function texts( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->ending( 'php', 'js', 'css', 'txt', 'json', 'svg', 'pot', 'po' ) as $name => $text ) {
			if ( ! mb_check_encoding( $text, 'UTF-8' ) || str_starts_with( $text, "\xEF\xBB\xBF" ) || preg_match( '/[\x00-\x08\x0b\x0c\x0e-\x1f]/', $text ) ) {
				$found[] = "$name: not plain UTF-8";
			}
			if ( str_contains( $text, "\r" ) ) {
				$found[] = "$name: line ends of Windows";
			}
		}
		return $found;
	}

	private static function readable( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->ending( 'js', 'css', 'php' ) as $name => $text ) {
			$lines = explode( "\n", $text );
			$long  = array_filter( $lines, static fn( $line ) => strlen( $line ) > self::LONGEST_LINE );
			if ( ! str_ends_with( $name, '.php' ) && $long ) {
				$found[] = $name . ':' . ( array_key_first( $long ) + 1 ) . ': ' . strlen( reset( $long ) ) . ' characters in a line';
			}
			// Translations are prose; the .po that each is made from lies beside it.
			if ( ! str_starts_with( $name, 'languages/' ) && count( $lines ) < strlen( $text ) / 200 ) {
				$found[] = "$name: minified";
			}
		}
		return $found;
	}

	private static function licence( Plugin_Folder $folder ): array {
		$text = $folder->files['license.txt'] ?? '';
		return str_contains( $text, 'GNU GENERAL PUBLIC LICENSE' ) && str_contains( $text, 'Version 2, June 1991' ) ? array() : array( 'license.txt: not the GPL' );
	}

	private static function zip( Plugin_Folder $folder ): array {
		$zip = "$folder->path.zip";
		if ( ! is_file( $zip ) ) {
			return array( basename( $zip ) . ': not there' );
		}
		$found = filesize( $zip ) > self::ZIP ? array( basename( $zip ) . ': ' . filesize( $zip ) . ' bytes' ) : array();
		$listed   = array();
		$expected = array_map( static fn( $name ) => "{$folder->slug()}/$name", array_keys( $folder->files ) );
		foreach ( new RecursiveIteratorIterator( new PharData( $zip ) ) as $file ) {
			$listed[] = substr( (string) $file, strlen( "phar://$zip/" ) );
		}
		sort( $listed );
		sort( $expected );
		if ( $listed !== $expected ) {
			$found[] = basename( $zip ) . ': ' . implode( ', ', array_merge( array_diff( $listed, $expected ), array_diff( $expected, $listed ) ) ) . ' differ from the folder';
		}
		return $found;
	}
}
