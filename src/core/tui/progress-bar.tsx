import { Text } from 'ink';

/** Filled from the left; what lies outside of 0 to 1 is empty or full. */
export function ProgressBar({ share, width }: { share: number; width: number }) {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return (
    <Text>
      <Text color="cyan">{'█'.repeat(filled)}</Text>
      <Text dimColor>{'░'.repeat(width - filled)}</Text>
    </Text>
  );
}
