<?php
/**
 * The connection's last 30 days, as a picture and in words.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Draws a column for each day: how much of it the site was connected, marks above it for failures, bars below it
 * for renewals. Heights and outlines say everything, colours only repeat it; a table says the same. The picture
 * has no text, so that it can be stretched to any width and turned round where people read from right to left.
 */
final class Timeline {

	/**
	 * The picture, in its own units: the width of a day and of its column, and top and height of each lane. A lane
	 * is full if the whole day, or each of its 24 hours, has what it shows.
	 */
	private const DAY        = 10;
	private const COLUMN     = 8;
	private const FAILURES   = array( 0, 10 );
	private const CONNECTION = array( 13, 24 );
	private const RENEWALS   = array( 40, 12 );
	private const HEIGHT     = 52;

	/**
	 * So high is at least what is not nothing.
	 */
	private const LEAST = 3;

	/**
	 * Takes the days.
	 *
	 * @param History_Days $history The days.
	 * @param Method       $method  Of the connection.
	 * @param int          $now     Unix seconds.
	 */
	public function __construct( private History_Days $history, private Method $method, private int $now ) {
	}

	/**
	 * Prints it.
	 */
	public function render(): void {
		if ( $this->history->is_empty ) {
			printf( '<p class="cfm-note cfm-timeline">%s</p>', esc_html__( 'Once the site is connected, its last 30 days stand here, day by day: renewals, failures, and when the connection was lost.', 'connector-for-mautic' ) );
			return;
		}
		printf( '<div class="cfm-timeline"><h3 id="cfm-timeline">%s</h3>', esc_html__( 'The last 30 days', 'connector-for-mautic' ) );
		printf( '<p id="cfm-timeline-told">%s</p>', implode( ' ', $this->sentences() ) ); // phpcs:ignore WordPress.Security.EscapeOutput -- Escaped within.
		// Of a single day the sentences say it all.
		if ( 1 < $this->history->recorded() ) {
			$this->render_picture();
			$this->render_table();
		}
		echo '</div>';
	}

	/**
	 * What there is to say of all the days, as HTML.
	 *
	 * @return string[]
	 */
	private function sentences(): array {
		$history = $this->history;
		$said    = array();
		$losses  = count( $history->losses );
		$lost    = $losses ? end( $history->losses ) : array( 'to' => 0 );
		if ( null !== $history->connected_since && null !== $lost['to'] ) {
			/* translators: 1: date and time, 2: such as "5 days ago" */
			$said[] = sprintf( esc_html__( 'Connected since %1$s, %2$s.', 'connector-for-mautic' ), Moment::exact_html( $history->connected_since ), Moment::ticking_html( $history->connected_since, $this->now ) );
		}
		if ( 0 < $losses ) {
			$length = Moment::length( $history->sum( 'down' ) );
			$said[] = esc_html(
				1 === $losses
					/* translators: %s: such as "2 hours" */
					? sprintf( __( 'The connection was lost once, for %s.', 'connector-for-mautic' ), $length )
					/* translators: 1: number of times, 2: such as "2 hours" */
					: sprintf( _n( 'The connection was lost %1$d time, for %2$s in all.', 'The connection was lost %1$d times, for %2$s in all.', $losses, 'connector-for-mautic' ), $losses, $length )
			);
			if ( null === $lost['to'] ) {
				/* translators: 1: date and time, 2: such as "5 hours ago" */
				$said[] = sprintf( esc_html__( 'It has been lost since %1$s, %2$s.', 'connector-for-mautic' ), Moment::exact_html( $lost['from'] ), Moment::ticking_html( $lost['from'], $this->now ) );
			}
		} elseif ( 0 < $history->sum( 'up' ) ) {
			$said[] = esc_html__( 'The connection was never lost.', 'connector-for-mautic' );
		}
		$failed = self::days_with( 'failures', $history );
		/* translators: %d: number of days */
		$said[]  = esc_html( 0 === $failed ? __( 'No failures.', 'connector-for-mautic' ) : sprintf( _n( 'Failures on %d day.', 'Failures on %d days.', $failed, 'connector-for-mautic' ), $failed ) );
		$renewed = self::days_with( 'renewals', $history );
		if ( 0 < $renewed || '' === $this->method->without_token() ) {
			/* translators: %d: number of days */
			$said[] = esc_html( 0 === $renewed ? __( 'No renewals yet.', 'connector-for-mautic' ) : sprintf( _n( 'Renewals on %d day.', 'Renewals on %d days.', $renewed, 'connector-for-mautic' ), $renewed ) );
		}
		if ( null !== $history->unknown_before ) {
			/* translators: %s: date and time */
			$said[] = sprintf( esc_html__( 'The record begins on %s.', 'connector-for-mautic' ), Moment::exact_html( $history->unknown_before ) );
		}
		return $said;
	}

	/**
	 * On how many days there was something.
	 *
	 * @param string       $name    A member of a day that is a number.
	 * @param History_Days $history The days.
	 */
	private static function days_with( string $name, History_Days $history ): int {
		return count( array_filter( array_column( $history->days, $name ) ) );
	}

	/**
	 * The picture, the days at its ends, and what its shapes mean.
	 */
	private function render_picture(): void {
		$days  = '';
		$drawn = array();
		foreach ( $this->history->days as $number => $day ) {
			$shapes = $this->shapes( $day );
			$drawn += array_flip( array_column( $shapes, 0 ) );
			$left   = $number * self::DAY + ( self::DAY - self::COLUMN ) / 2;
			$days  .= '<g><title>' . esc_html( $this->day_in_words( $day ) ) . '</title>' . self::rectangle( 'day', $number * self::DAY, 0, self::DAY, self::HEIGHT );
			foreach ( $shapes as list( $what, $top, $height ) ) {
				$days .= self::rectangle( $what, $left, $top, self::COLUMN, $height );
			}
			$days .= '</g>';
		}
		printf(
			'<svg class="cfm-days" role="img" aria-labelledby="cfm-timeline" aria-describedby="cfm-timeline-told" viewBox="%s" preserveAspectRatio="none" focusable="false">%s</svg>',
			esc_attr( '0 0 ' . History_Days::COUNT * self::DAY . ' ' . self::HEIGHT ),
			$days // phpcs:ignore WordPress.Security.EscapeOutput -- Escaped above and in rectangle().
		);
		printf(
			'<p class="cfm-axis" aria-hidden="true"><span>%s</span><span>%s</span></p>',
			esc_html( self::date( $this->history->days[0] ) ),
			esc_html__( 'Today', 'connector-for-mautic' )
		);
		$legend = array(
			'up'      => __( 'Connected', 'connector-for-mautic' ),
			'down'    => __( 'Lost', 'connector-for-mautic' ),
			'none'    => __( 'Not connected, or nothing recorded', 'connector-for-mautic' ),
			'failure' => __( 'Failures, above', 'connector-for-mautic' ),
			'renewal' => __( 'Renewals, below', 'connector-for-mautic' ),
		);
		echo '<ul class="cfm-legend" aria-hidden="true">';
		foreach ( array_intersect_key( $legend, $drawn ) as $what => $words ) {
			printf(
				'<li><svg class="cfm-sample" viewBox="0 0 10 10" focusable="false">%s</svg>%s</li>',
				'none' === $what ? self::rectangle( $what, 1, 8, 8, 1 ) : self::rectangle( $what, 1, 1, 8, 8 ), // phpcs:ignore WordPress.Security.EscapeOutput -- Escaped in rectangle().
				esc_html( $words )
			);
		}
		echo '</ul>';
	}

	/**
	 * A rectangle as SVG.
	 *
	 * @param string $what   Its class.
	 * @param float  $left   Units of the picture, as all of these.
	 * @param float  $top    Its upper end.
	 * @param float  $width  Its width.
	 * @param float  $height Its height.
	 */
	private static function rectangle( string $what, float $left, float $top, float $width, float $height ): string {
		return sprintf( '<rect class="cfm-%s" x="%s" y="%s" width="%s" height="%s"/>', esc_attr( $what ), round( $left, 2 ), round( $top, 2 ), round( $width, 2 ), round( $height, 2 ) );
	}

	/**
	 * What is drawn of a day: shares of the time that is known, so that today is full if all was well up to now.
	 *
	 * @param array<string, int> $day From the history.
	 * @return array<int, array{0: string, 1: float, 2: float}> Class, top, height.
	 */
	private function shapes( array $day ): array {
		$shapes            = array();
		list( $top, $all ) = self::CONNECTION;
		$bottom            = $top + $all;
		$seconds           = $day['up'] + $day['down'] + $day['off'];
		$down              = 0 < $day['down'] ? max( self::LEAST, $all * $day['down'] / $seconds ) : 0;
		$up                = 0 < $day['up'] ? min( $all - $down, max( self::LEAST, $all * $day['up'] / $seconds ) ) : 0;
		if ( $up > 0 ) {
			$shapes[] = array( 'up', $bottom - $up, $up );
		}
		if ( $down > 0 ) {
			$shapes[] = array( 'down', $bottom - $up - $down, $down );
		}
		if ( ! $shapes ) {
			$shapes[] = array( 'none', $bottom - 1, 1 );
		}
		list( $top, $all ) = self::FAILURES;
		if ( 0 < $day['failures'] ) {
			$height   = self::height( $day['failures'], $all );
			$shapes[] = array( 'failure', $top + $all - $height, $height );
		}
		list( $top, $all ) = self::RENEWALS;
		if ( 0 < $day['renewals'] ) {
			$shapes[] = array( 'renewal', $top, self::height( $day['renewals'], $all ) );
		}
		return $shapes;
	}

	/**
	 * How high a number of hours is. A day in which clocks are set back has 25.
	 *
	 * @param int $hours Hours.
	 * @param int $all   Height of 24.
	 */
	private static function height( int $hours, int $all ): float {
		return max( self::LEAST, $all * min( 24, $hours ) / 24 );
	}

	/**
	 * The same as a table, newest day first.
	 */
	private function render_table(): void {
		printf(
			'<details class="cfm-day-by-day"><summary>%s</summary><p class="cfm-note">%s</p><div class="cfm-log" role="region" aria-labelledby="cfm-timeline" tabindex="0"><table class="widefat striped"><thead><tr><th scope="col">%s</th><th scope="col">%s</th>',
			esc_html__( 'Day by day', 'connector-for-mautic' ),
			esc_html__( 'In the picture a column is full if the site was connected all day, as far as the day is recorded. The marks above it and the bars below it are the higher, the more hours of the day had a failure or a renewal.', 'connector-for-mautic' ),
			esc_html__( 'Day', 'connector-for-mautic' ),
			esc_html__( 'Connection', 'connector-for-mautic' )
		);
		printf( '<th scope="col">%s</th><th scope="col">%s</th></tr></thead><tbody>', esc_html( self::renewals() ), esc_html( self::failures() ) );
		foreach ( array_reverse( $this->history->days ) as $day ) {
			printf(
				'<tr><th scope="row">%s</th><td>%s</td><td>%d</td><td>%d</td></tr>',
				esc_html( self::date( $day ) ),
				esc_html( $this->connection_in_words( $day ) ),
				(int) $day['renewals'],
				(int) $day['failures']
			);
		}
		echo '</tbody></table></div></details>';
	}

	/**
	 * What the number of a day's renewals is called.
	 */
	private static function renewals(): string {
		return __( 'Hours with a renewal', 'connector-for-mautic' );
	}

	/**
	 * What the number of a day's failures is called.
	 */
	private static function failures(): string {
		return __( 'Hours with a failure', 'connector-for-mautic' );
	}

	/**
	 * A day's date.
	 *
	 * @param array<string, int> $day From the history.
	 */
	private static function date( array $day ): string {
		return (string) wp_date( get_option( 'date_format' ), $day['start'] );
	}

	/**
	 * All of a day.
	 *
	 * @param array<string, int> $day From the history.
	 */
	private function day_in_words( array $day ): string {
		$lines = array( self::date( $day ), $this->connection_in_words( $day ) );
		if ( 0 < $day['renewals'] ) {
			$lines[] = self::renewals() . ': ' . $day['renewals'];
		}
		if ( 0 < $day['failures'] ) {
			$lines[] = self::failures() . ': ' . $day['failures'];
		}
		return implode( "\n", $lines );
	}

	/**
	 * How a day was connected.
	 *
	 * @param array<string, int> $day From the history.
	 */
	private function connection_in_words( array $day ): string {
		$seconds = min( $day['end'], $this->now ) - $day['start'];
		if ( 0 < $day['up'] && $day['up'] >= $seconds ) {
			return __( 'connected all the time', 'connector-for-mautic' );
		}
		if ( 0 < $day['down'] && $day['down'] >= $seconds ) {
			return __( 'lost all the time', 'connector-for-mautic' );
		}
		$parts = array();
		if ( 0 < $day['up'] ) {
			/* translators: %s: such as "2 hours" */
			$parts[] = sprintf( __( 'connected for %s', 'connector-for-mautic' ), Moment::length( $day['up'] ) );
		}
		if ( 0 < $day['down'] ) {
			/* translators: %s: such as "2 hours" */
			$parts[] = sprintf( __( 'lost for %s', 'connector-for-mautic' ), Moment::length( $day['down'] ) );
		}
		if ( ! $parts ) {
			$parts[] = 0 < $day['off'] ? __( 'not connected', 'connector-for-mautic' ) : __( 'nothing recorded', 'connector-for-mautic' );
		}
		return implode( ', ', $parts );
	}
}
