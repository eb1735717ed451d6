import { useState } from 'preact/hooks';

export function TokenForm({ enter }: { enter(token: string): void }) {
  const [token, setToken] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enter(token);
      }}
    >
      <label for="token">Token of this server (--token, PIPE_API_TOKEN)</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        value={token}
        onInput={({ currentTarget }) => setToken(currentTarget.value)}
      />
      <button type="submit">Enter</button>
    </form>
  );
}
