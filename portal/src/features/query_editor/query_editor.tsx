import { useEffect } from 'react';

/** The query editor is a page of its own, outside of the portal: whoever is led to its address from within loads it. */
export default function QueryEditorDoor() {
  useEffect(() => window.location.reload(), []);
  return <div className="loadline" role="status" aria-label="Loading" />;
}
