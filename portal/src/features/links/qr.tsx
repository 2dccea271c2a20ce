import { Button, IconButton } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Popover } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { AddressWords } from './address';
import type { OwnLink } from './links_document';
import { shown } from './matrix';

/** What of a link its QR code needs. */
type Pictured = Pick<OwnLink, 'url' | 'qrSvgUrl' | 'qrPngUrl'>;

/** Hands the address to the device's own way of sharing, or copies it where there is none. */
async function share(url: string) {
  if (typeof navigator.share === 'function') {
    // Whoever closes the sheet has changed their mind, which is no error.
    await navigator.share({ url }).catch(() => undefined);
    return;
  }
  await navigator.clipboard.writeText(url);
  toast('The address is copied.');
}

/** The code on its white field, in light and dark, with downloads and sharing beside it. */
export function QrCode({ link }: { link: Pictured }) {
  return (
    <div className="qrbox">
      <img className="qrfield" src={link.qrSvgUrl} width="122" height="122" alt={`QR code of ${shown(link.url)}`} />
      <div className="grid">
        <a className="btn s" href={link.qrSvgUrl} download>
          <Icon name="download" size={14} /> SVG
        </a>
        <a className="btn s" href={link.qrPngUrl} download>
          <Icon name="download" size={14} /> PNG
        </a>
        <Button small icon="share" onClick={() => void share(link.url)}>
          Share
        </Button>
      </div>
    </div>
  );
}

/** The button of a cell that opens the code. */
export function QrButton({ link }: { link: Pictured }) {
  const name = shown(link.url);
  return (
    <Popover trigger={<IconButton icon="qr" label={`QR code of ${name}`} />} label={`QR code of ${name}`}>
      {(close) => (
        <>
          <div className="row between" style={{ margin: '-6px -6px 10px 0' }}>
            <h3 className="grow">
              <AddressWords url={link.url} />
            </h3>
            <IconButton icon="close" label="Close" onClick={close} />
          </div>
          <QrCode link={link} />
        </>
      )}
    </Popover>
  );
}
