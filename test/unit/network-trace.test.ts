import { expect, test } from 'vitest';
import { destinations, leavesMachine } from '../network-trace';

test.each([
  [
    '71 connect(17, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.9")}, 16) = -1 EINPROGRESS',
    [{ family: 'AF_INET', address: '203.0.113.9', port: 443 }],
    true,
  ],
  [
    '71 connect(17, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16 <unfinished ...>',
    [{ family: 'AF_INET', address: '10.0.0.2', port: 53 }],
    true,
  ],
  [
    '71 connect(17, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH',
    [{ family: 'AF_INET6', address: '2001:db8::1', port: 443 }],
    true,
  ],
  [
    '71 sendmsg(5, {msg_name={sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("255.255.255.255")}, msg_namelen=16, msg_iov=[{iov_base=""..., iov_len=1}]}, 0) = -1 EACCES',
    [{ family: 'AF_INET', address: '255.255.255.255', port: 9 }],
    true,
  ],
  ['71 connect(9, {sa_family=0x2a /* AF_??? */, sa_data=""...}, 16) = 0', [{ family: '0x2a' }], true],
  [
    '71 connect(17, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    [{ family: 'AF_INET', address: '127.0.0.1', port: 8080 }],
    false,
  ],
  [
    '71 connect(17, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0',
    [{ family: 'AF_INET6', address: '::1', port: 80 }],
    false,
  ],
  ['71 connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT', [{ family: 'AF_UNIX' }], false],
  [
    '71 sendto(5, [{nlmsg_len=20, nlmsg_type=RTM_GETADDR}], 20, 0, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 20',
    [{ family: 'AF_NETLINK' }],
    false,
  ],
  ['71 sendto(5, ""..., 20, 0, NULL, 0) = 20', [], false],
  ['71 +++ exited with 0 +++', [], false],
])('%s', (line, expected, leaves) => {
  const found = destinations(line);
  expect(found).toEqual(expected);
  expect(found.some(leavesMachine)).toBe(leaves);
});

test('each address once, however often it is called', () => {
  const line = '71 connect(17, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0\n';
  expect(destinations(line.repeat(3))).toHaveLength(1);
});
