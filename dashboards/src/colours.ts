// SPDX-License-Identifier: Apache-2.0
// One colour an outcome on every dashboard, kin outcomes in kin colours. Green is for ok alone; the reds are
// refusals of us.
import { type DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

export const kOutcomeColours: Record<string, string> = {
  ok: '#73bf69',
  greylisted: '#8ab8ff',
  rate_limited: '#ff780a',
  server_overloaded: '#fade2a',
  server_unavailable: '#ffb357',
  server_error: '#e0b400',
  next_hop_failure: '#b58e00',
  remote_timeout: '#8f3bb8',
  connection_lost: '#b877d9',
  connection_timeout: '#6b2a8c',
  connection_refused: '#deb6f2',
  dns_temporary: '#5794f2',
  dns_no_route: '#1f60c4',
  tls_failed: '#0e8fa8',
  tls_certificate: '#6ed0e0',
  auth_failed: '#c4162a',
  relay_denied: '#a16a5e',
  blocklisted: '#8b0616',
  reputation: '#f2495c',
  sender_identity: '#ff7383',
  auth_policy: '#ffa6b0',
  mailbox_unavailable: '#9fa7b3',
  mailbox_full: '#c7d0d9',
  content_rejected: '#806eb7',
  policy_rejected: '#5b4a8a',
  protocol_error: '#3d3357',
  unclassified: '#6d7480',
};

export interface Override {
  name: string;
  properties: DynamicConfigValue[];
}

// For panels whose series are named by outcome, or by a code and an outcome ("451 4.7.1 rate_limited").
export const outcomeOverrides: Override[] = Object.entries(kOutcomeColours).map(([outcome, colour]) => ({
  name: `/(^| )${outcome}$/`,
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }],
}));
