// The script of a report's page.
import './every-page.ts';
import { chooseConfusions } from './confusions.ts';
import { browseGallery } from './gallery.ts';

for (const part of document.querySelectorAll<HTMLElement>('.confusion-chooser')) chooseConfusions(part);
for (const part of document.querySelectorAll<HTMLElement>('.gallery')) browseGallery(part);
