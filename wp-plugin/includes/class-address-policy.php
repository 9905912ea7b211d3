<?php
/**
 * Which addresses the plugin may connect to.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Looks a host up and refuses addresses that are no Mautic server's: a base URL must not become a
 * way to read a cloud machine's metadata or, in a network, the inner servers.
 */
final class Address_Policy {

	/**
	 * Never connected to: this network, link-local (cloud metadata lives there), protocol
	 * assignments, documentation, multicast and reserved, and tunnels that nobody runs any more.
	 */
	private const FORBIDDEN = array(
		'0.0.0.0/8',
		'169.254.0.0/16',
		'192.0.0.0/24',
		'192.0.2.0/24',
		'192.88.99.0/24',
		'198.51.100.0/24',
		'203.0.113.0/24',
		'224.0.0.0/3',
		'100.100.100.200/32', // Metadata of Alibaba Cloud.
		'168.63.129.16/32',   // Metadata of Azure.
		'::/128',
		'64:ff9b:1::/48',     // NAT64 of a network's own: where in it the IPv4 address stands, it does not say.
		'100::/64',
		'2001::/32',          // Teredo.
		'2001:db8::/32',
		'3fff::/20',
		'fe80::/10',
		'ff00::/8',
		'fd00:ec2::/32',      // Metadata of AWS over IPv6.
		'fd20:ce::/32',       // Metadata of Google Cloud over IPv6.
	);

	/**
	 * Loopback and private networks, those for benchmarks among them.
	 */
	private const PRIVATE_NETWORKS = array(
		'127.0.0.0/8',
		'10.0.0.0/8',
		'172.16.0.0/12',
		'192.168.0.0/16',
		'100.64.0.0/10',
		'198.18.0.0/15',
		'::1/128',
		'2001:2::/48',
		'fc00::/7',
		'fec0::/10',
	);

	/**
	 * IPv6 prefixes, in hex digits, behind which an IPv4 address stands, and how many bytes before it: mapped,
	 * compatible, translated, NAT64, 6to4.
	 */
	private const EMBEDDED_IPV4 = array(
		'00000000000000000000ffff' => 12,
		'000000000000000000000000' => 12,
		'0000000000000000ffff0000' => 12,
		'0064ff9b0000000000000000' => 12,
		'2002'                     => 2,
	);

	/**
	 * The two that look like a compatible one.
	 */
	private const UNSPECIFIED_AND_LOOPBACK = array( '::', '::1' );

	/**
	 * The addresses of a host.
	 *
	 * @param string $host Name or address, IPv6 without brackets.
	 * @return string[] Empty if the name is not known.
	 */
	public static function resolve( string $host ): array {
		if ( false !== filter_var( $host, FILTER_VALIDATE_IP ) ) {
			return array( $host );
		}
		$addresses = gethostbynamel( $host );
		if ( $addresses ) {
			return $addresses;
		}
		$records = @dns_get_record( $host, DNS_AAAA ); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- Warns of every name server that does not answer.
		return $records ? array_column( $records, 'ipv6' ) : array();
	}

	/**
	 * Whether an address may be connected to.
	 *
	 * @param string $address       IPv4 or IPv6.
	 * @param bool   $allow_private Whether loopback and private addresses may.
	 */
	public static function allows( string $address, bool $allow_private ): bool {
		$bytes = inet_pton( $address );
		if ( false === $bytes ) {
			return false;
		}
		$plain = 16 === strlen( $bytes ) && in_array( inet_ntop( $bytes ), self::UNSPECIFIED_AND_LOOPBACK, true );
		foreach ( $plain ? array() : self::EMBEDDED_IPV4 as $prefix => $length ) {
			if ( 16 === strlen( $bytes ) && str_starts_with( bin2hex( $bytes ), (string) $prefix ) ) {
				$bytes = substr( $bytes, $length, 4 );
			}
		}
		$forbidden = $allow_private ? self::FORBIDDEN : array_merge( self::FORBIDDEN, self::PRIVATE_NETWORKS );
		foreach ( $forbidden as $network ) {
			if ( self::contains( $network, $bytes ) ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether a network contains an address.
	 *
	 * @param string $network In CIDR notation.
	 * @param string $bytes   The address' 4 or 16 bytes.
	 */
	private static function contains( string $network, string $bytes ): bool {
		list( $base, $bits ) = explode( '/', $network );
		$base                = (string) inet_pton( $base );
		if ( strlen( $base ) !== strlen( $bytes ) ) {
			return false;
		}
		$whole = intdiv( (int) $bits, 8 );
		$rest  = 8 - (int) $bits % 8;
		return substr( $base, 0, $whole ) === substr( $bytes, 0, $whole )
			&& ( 8 === $rest || ord( $base[ $whole ] ) >> $rest === ord( $bytes[ $whole ] ) >> $rest );
	}
}
